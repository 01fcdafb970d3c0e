// Which function a request belongs to.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FunctionMetadata } from '../../local/runner/messages.ts';
import { matchRoute, routesOf } from '../../local/runner/routes.ts';

const http = (name: string, route?: string, methods: string[] = ['GET']): FunctionMetadata => ({
  name,
  bindings: { in: { type: 'httpTrigger', direction: 'in', methods, ...(route === undefined ? {} : { route }) } },
});
const found = (routes: FunctionMetadata[], path: string, method = 'GET'): string | undefined =>
  matchRoute(routesOf(routes, 'api'), method, path)?.route.function;

describe('routes', () => {
  it('serves a function without a route under its name', () => {
    expect(found([http('Thing')], '/api/thing')).toBe('Thing');
  });

  it('prefers a literal to a constrained parameter to a parameter to a rest, whatever the order of registration', () => {
    const all = [http('rest', 'x/{*any}'), http('any', 'x/{id}'), http('number', 'x/{id:int}'), http('literal', 'x/me')];
    for (const routes of [all, all.toReversed()]) {
      expect(found(routes, '/api/x/me')).toBe('literal');
      expect(found(routes, '/api/x/7')).toBe('number');
      expect(found(routes, '/api/x/abc')).toBe('any');
      expect(found(routes, '/api/x/a/b')).toBe('rest');
    }
  });

  it('gives each method its own function', () => {
    const routes = [http('show', 'thing/{id}'), http('act', 'thing/{id}', ['POST'])];
    expect(found(routes, '/api/thing/1')).toBe('show');
    expect(found(routes, '/api/thing/1', 'POST')).toBe('act');
    expect(found(routes, '/api/thing/1', 'DELETE')).toBeUndefined();
  });

  it('ignores one trailing slash, and does not find an empty segment', () => {
    expect(found([http('x', 'x/{id?}')], '/api/x/')).toBe('x');
    expect(found([http('x', 'x/{id}')], '/api/x//')).toBeUndefined();
  });

  it.each([
    ['guid', '0f8fad5b-d9cb-469f-a165-70867728950e', 'no-guid'],
    ['int', '-5', '5.5'],
    ['int', '2147483647', '2147483648'],
    ['bool', 'TRUE', 'yes'],
    ['alpha', 'abc', 'a1'],
    ['length(3)', 'abc', 'ab'],
    ['length(1,2)', 'ab', 'abc'],
    ['minlength(2)', 'ab', 'a'],
    ['maxlength(2)', 'ab', 'abc'],
    ['min(3)', '3', '2'],
    ['max(3)', '3', '4'],
    ['range(1,3)', '2', '4'],
  ])('holds the constraint %s', (constraint, fits, misses) => {
    const routes = [http('x', `x/{id:${constraint}}`)];
    expect(found(routes, `/api/x/${fits}`)).toBe('x');
    expect(found(routes, `/api/x/${misses}`)).toBeUndefined();
  });

  it.each(['x/{id:colour}', 'x/{a}-{b}', 'x/{id=5}'])('refuses what it does not understand: %s', (route) => {
    expect(() => routesOf([http('x', route)], 'api')).toThrow(route);
  });

  it('decodes a segment once and leaves %2F and broken sequences as they are', () => {
    const match = (path: string) => matchRoute(routesOf([http('x', 'x/{id}')], 'api'), 'GET', path)?.params.id;
    expect(match('/api/x/a%20b%2Fc')).toBe('a b%2Fc');
    expect(match('/api/x/%252F')).toBe('%2F');
    expect(match('/api/x/%E0%A4%A')).toBe('%E0%A4%A');
  });

  it('takes any path without throwing, and makes no parameter of an inherited name', () => {
    const routes = routesOf([http('x', 'x/{__proto__}/{constructor?}'), http('y', '{*path}')], 'api');
    fc.assert(
      fc.property(fc.oneof(fc.webPath(), fc.string()), (path) => {
        const params = matchRoute(routes, 'GET', path)?.params;
        expect(Object.getPrototypeOf(params ?? Object.create(null))).toBeNull();
      }),
    );
  });
});
