// Which function an HTTP request belongs to, decided as the host's ASP.NET routes decide. Pure; used by http.ts.
import { type Binding, type FunctionMetadata, triggerOf } from './messages.ts';

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | {
      readonly kind: 'parameter';
      readonly name: string;
      readonly optional: boolean;
      readonly accepts: readonly ((text: string) => boolean)[];
    }
  | { readonly kind: 'rest'; readonly name: string };

export interface Route {
  readonly function: string;
  readonly trigger: string;
  readonly authLevel: 'anonymous' | 'function' | 'admin';
  readonly methods: ReadonlySet<string>;
  readonly segments: readonly Segment[];
}

export interface Matched {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

const whole = (text: string): boolean => /^[+-]?\d+$/.test(text);
const constraints: Readonly<Record<string, (argument: number, second: number) => (text: string) => boolean>> = {
  int: () => (text) => whole(text) && Math.abs(Number(text)) <= 2147483647,
  long: () => whole,
  bool: () => (text) => /^(true|false)$/i.test(text),
  guid: () => (text) => /^\{?[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}\}?$/i.test(text),
  alpha: () => (text) => /^[a-z]*$/i.test(text),
  required: () => (text) => text !== '',
  min: (least) => (text) => whole(text) && Number(text) >= least,
  max: (most) => (text) => whole(text) && Number(text) <= most,
  range: (least, most) => (text) => whole(text) && Number(text) >= least && Number(text) <= most,
  minlength: (least) => (text) => text.length >= least,
  maxlength: (most) => (text) => text.length <= most,
  length: (least, most) => (text) => text.length >= least && text.length <= (Number.isNaN(most) ? least : most),
};

function parameter(inside: string, template: string): Segment {
  const rest = /^\*{1,2}(\w+)$/.exec(inside);
  if (rest !== null) return { kind: 'rest', name: rest[1] ?? '' };
  const optional = inside.endsWith('?');
  const [name = '', ...named] = (optional ? inside.slice(0, -1) : inside).split(':');
  if (!/^\w+$/.test(name)) throw new Error(`The route "${template}" has a parameter that the local runner does not read: {${inside}}.`);
  const accepts = named.map((text) => {
    const parts = /^(\w+)(?:\(([^()]*)\))?$/.exec(text);
    const make = parts === null ? undefined : constraints[(parts[1] ?? '').toLowerCase()];
    if (make === undefined) throw new Error(`The route "${template}" has a constraint that the local runner does not know: ${text}.`);
    const [first = Number.NaN, second = Number.NaN] = (parts?.[2] ?? '')
      .split(',')
      .map((part) => (part === '' ? Number.NaN : Number(part)));
    return make(first, second);
  });
  return { kind: 'parameter', name, optional, accepts };
}

function segmentsOf(template: string): readonly Segment[] {
  if (template === '') return [];
  return template.split('/').map((part) => {
    if (part.startsWith('{') && part.endsWith('}')) return parameter(part.slice(1, -1), template);
    if (/[{}]/.test(part)) throw new Error(`The route "${template}" mixes text and parameters in one segment: the local runner does not.`);
    return { kind: 'literal', text: part.toLowerCase() };
  });
}

/** Reads the HTTP triggers of an app. Throws on a route that it does not understand, rather than matching something else. */
export function routesOf(functions: readonly FunctionMetadata[], prefix: string): readonly Route[] {
  const routes = functions.flatMap((metadata): Route[] => {
    const trigger = triggerOf(metadata);
    if (trigger?.binding.type !== 'httpTrigger') return [];
    const { route, authLevel, methods } = trigger.binding as Binding & { route?: string; authLevel?: string; methods?: string[] };
    const template = [prefix, route ?? metadata.name].filter((part) => part !== '').join('/');
    return [
      {
        function: metadata.name,
        trigger: trigger.name,
        authLevel: authLevel === 'function' || authLevel === 'admin' ? authLevel : 'anonymous',
        methods: new Set((methods ?? ['GET', 'POST']).map((method) => method.toUpperCase())),
        segments: segmentsOf(template.replace(/^\/+|\/+$/g, '')),
      },
    ];
  });
  return routes.sort((a, b) => precedence(a).localeCompare(precedence(b)));
}

/** Literal before constrained parameter before parameter before rest, segment by segment. */
const precedence = (route: Route): string =>
  route.segments
    .map((segment) => {
      if (segment.kind === 'literal') return '1';
      if (segment.kind === 'rest') return '5';
      return segment.accepts.length > 0 ? '2' : '3';
    })
    .join('');

/** Percent-decoding as Kestrel does it: `%2F` stays, as it would become a separator; a broken sequence stays too. */
const decoded = (segment: string): string =>
  segment
    .split(/(%2f)/i)
    .map((part) => {
      if (/^%2f$/i.test(part)) return part;
      try {
        return decodeURIComponent(part);
      } catch (cause) {
        if (cause instanceof URIError) return part;
        throw cause;
      }
    })
    .join('');

function paramsFor(route: Route, parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = Object.create(null);
  for (const [index, segment] of route.segments.entries()) {
    if (segment.kind === 'rest') {
      const rest = parts.slice(index).join('/');
      if (rest !== '') params[segment.name] = rest;
      return params;
    }
    const part = parts[index];
    if (part === undefined) {
      if (segment.kind === 'parameter' && segment.optional) continue;
      return undefined;
    }
    if (segment.kind === 'literal') {
      if (segment.text !== part.toLowerCase()) return undefined;
    } else {
      if (part === '' || !segment.accepts.every((accepts) => accepts(part))) return undefined;
      params[segment.name] = part;
    }
  }
  return parts.length > route.segments.length ? undefined : params;
}

/** Finds the function for a method and a raw path (`/api/x%20y`). A wrong method is not found, as in the host. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Matched | undefined {
  const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/').map(decoded);
  for (const route of routes) {
    if (!route.methods.has(method)) continue;
    const params = paramsFor(route, parts);
    if (params !== undefined) return { route, params };
  }
  return undefined;
}
