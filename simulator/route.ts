// Finds the handlers whose path template fits a request's path. Literal segments compare without regard to case, as the services do; parameters keep theirs. Used by dispatch.ts.
import type { Handler } from './handler.ts';
import type { ServiceName } from './refusals.ts';
import { activityPath } from './worlds/constants.ts';

export interface Routed {
  readonly handler: Handler;
  readonly params: Readonly<Record<string, string>>;
}
export type Surface = 'https' | 'http';

/** Which port serves which service: browsers refuse the self-made certificate, so people's sign-in is on both. */
const surfaces: Readonly<Record<ServiceName, readonly Surface[]>> = {
  token: ['https', 'http'],
  people: ['https', 'http'],
  identity: ['http'],
  control: ['http'],
  graph: ['https'],
  exchange: ['https'],
  activity: ['https'],
  azure: ['https'],
  teams: ['https'],
};

interface Compiled {
  readonly handler: Handler;
  readonly pattern: RegExp;
}

function compile(handler: Handler): Compiled {
  const source = handler.path
    .split(/(\{\w+\})/)
    .map((part) => (part.startsWith('{') ? `(?<${part.slice(1, -1)}>[^/()']+)` : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&')))
    .join('');
  return { handler, pattern: new RegExp(`^${source}$`, 'i') };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // A damaged escape names no object: the caller sees "no such path".
  }
}

export interface Router {
  /** Handlers of any method for a path, without Graph's version in front. */
  find(surface: Surface, path: string): readonly Routed[];
}

export function createRouter(handlers: readonly Handler[]): Router {
  const compiled = handlers.map(compile);
  return {
    find: (surface, path) =>
      compiled.flatMap(({ handler, pattern }) => {
        const graph = handler.service === 'graph';
        const version = /^\/(v1\.0|beta)(?=\/)/.exec(path);
        if (!surfaces[handler.service].includes(surface) || graph !== (version !== null)) return [];
        const match = pattern.exec(graph ? path.slice(version?.[0].length) : path);
        if (match === null) return [];
        const entries = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decode(value)] as const);
        return entries.some(([, value]) => value === undefined)
          ? []
          : [{ handler, params: Object.fromEntries(entries) as Record<string, string> }];
      }),
  };
}

/** Whose error body a path without a handler gets. */
export function serviceOf(surface: Surface, path: string): ServiceName | undefined {
  if (surface === 'http' && path.startsWith('/control')) return 'control';
  if (surface === 'https' && /^\/(v1\.0|beta)(\/|$)/.test(path)) return 'graph';
  if (surface === 'https' && path.startsWith('/adminapi/')) return 'exchange';
  if (surface === 'https' && path.startsWith(`${activityPath}/`)) return 'activity';
  return /^\/[^/]+\/(oauth2|v2\.0|discovery)\//.test(path) ? 'token' : undefined;
}
