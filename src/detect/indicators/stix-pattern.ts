// Reads the stated subset of STIX 2.1 patterns (docs/indicators.md) in one pass over the text: a hostile pattern costs no more than its length. Called by stix.ts and feed-stix.ts.
import type { IndicatorKind } from '../../contracts/indicators.ts';
import { normalise } from './indicator.ts';

/** What an object path of a pattern stands for. */
const paths: Readonly<Record<string, IndicatorKind>> = {
  "network-traffic:extensions.'http-request-ext'.request_header.'User-Agent'": 'user-agent',
  'network-traffic:src_ref.value': 'address',
  'ipv4-addr:value': 'address',
  'ipv6-addr:value': 'address',
  'autonomous-system:number': 'network',
  'autonomous-system:name': 'network-owner',
  'domain-name:value': 'domain',
  'url:value': 'url',
  'email-addr:value': 'email',
  'email-message:from_ref.value': 'email',
  'x-tenant-guard-application:app_id': 'application',
  'x-tenant-guard-application:display_name': 'application-name',
};
const longestPattern = 10_000;
/** Values of one pattern: more is a list that should be many indicators. */
const mostValues = 1_000;

type Token = { readonly kind: 'sign' | 'word' | 'literal'; readonly text: string };

/** Signs, words (paths and operators; quoted parts of a path belong to it) and quoted values. */
function tokensOf(pattern: string): Token[] {
  const tokens: Token[] = [];
  const next = /\s*(?:([[\](),=])|'((?:[^'\\]|\\.)*)'|((?:[^\s[\](),=']+(?:'[^'\\]*')?)+))/sy;
  const end = pattern.trimEnd().length;
  for (let at = 0; at < end; at = next.lastIndex) {
    next.lastIndex = at;
    const found = next.exec(pattern);
    if (found === null) throw new Error(`"${pattern.slice(at, at + 80).trim()}" cannot be read`);
    const [, sign, literal, word] = found;
    if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (literal !== undefined) tokens.push({ kind: 'literal', text: literal.replace(/\\(.)/gs, '$1') });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
}

/** @throws Error with a plain message where the pattern lies outside the subset. */
export function parsePattern(pattern: string): { kind: IndicatorKind; value: string }[] {
  if (pattern.length > longestPattern) throw new Error(`the pattern has ${pattern.length} characters; at most ${longestPattern} are read`);
  const tokens = tokensOf(pattern);
  const found: { kind: IndicatorKind; value: string }[] = [];
  let at = 0;
  const is = (text: string): boolean => tokens[at]?.kind !== 'literal' && tokens[at]?.text === text;
  const take = (text: string): boolean => is(text) && ++at > 0;
  const here = (): string => JSON.stringify((tokens[at]?.text ?? 'the end').slice(0, 120));
  const needs = (text: string): void => {
    if (!take(text)) throw new Error(`${here()} stands where "${text}" belongs; ${grammar}`);
  };

  const value = (kind: IndicatorKind): void => {
    const token = tokens[at];
    if (token === undefined || token.kind === 'sign' || (token.kind === 'word' && !/^\d+$/.test(token.text)))
      throw new Error(`${here()} is no quoted value`);
    if (normalise(kind, token.text) === undefined) throw new Error(`${here()} is no ${kind}`);
    if (found.length >= mostValues) throw new Error(`the pattern has more than ${mostValues} values`);
    found.push({ kind, value: token.text });
    at++;
  };
  const comparison = (): void => {
    const path = tokens[at]?.text ?? '';
    if (tokens[at]?.kind !== 'word' || !path.includes(':')) throw new Error(`${here()} is no comparison with =, IN or ISSUBSET`);
    const kind = Object.hasOwn(paths, path) ? paths[path] : undefined;
    if (kind === undefined) throw new Error(`${here()} is not supported; known: ${Object.keys(paths).join(', ')}`);
    at++;
    if (take('IN')) {
      needs('(');
      do value(kind);
      while (take(','));
      needs(')');
      return;
    }
    if (is('ISSUBSET') && kind !== 'address') throw new Error(`ISSUBSET fits addresses, not ${path}`);
    if (!take('=') && !take('ISSUBSET')) throw new Error(`${here()} is no comparison with =, IN or ISSUBSET`);
    value(kind);
  };

  do {
    needs('[');
    do comparison();
    while (take('OR'));
    needs(']');
  } while (take('OR'));
  if (at < tokens.length) throw new Error(`${here()} is not supported; ${grammar}`);
  return found;
}

const grammar = 'a pattern is one or more [object:path = value] joined by OR; AND, FOLLOWEDBY, NOT and qualifiers are not supported';
