// Links of delta queries come from a service and are kept for days: only what leads back to the same collection of the same host is followed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isResync, ServiceError } from '../../src/tenants/connections.ts';
import { deltaLink, longestLink } from '../../src/tenants/delta-links.ts';

const host = 'https://graph.example.com';
const path = '/servicePrincipals';
const follow = (text: string) => deltaLink(host, path, text);

describe('a link of a delta query', () => {
  it.each([
    'https://graph.example.com/v1.0/servicePrincipals/delta?$deltatoken=abc',
    'https://graph.example.com/v1.0/serviceprincipals/delta?$skiptoken=abc',
    'https://graph.example.com/v1.0/servicePrincipals/microsoft.graph.delta()?$deltatoken=abc',
    'https://graph.example.com/v1.0/servicePrincipals/microsoft.graph.delta?$deltatoken=abc',
  ])('is followed: %s', (text) => {
    expect(follow(text)).toBe(text);
  });
  it.each([
    ['another host', 'https://graph.example.net/v1.0/servicePrincipals/delta?$deltatoken=abc'],
    ['another host', 'https://graph.example.com.attacker.example/v1.0/servicePrincipals/delta'],
    ['another host', 'http://graph.example.com/v1.0/servicePrincipals/delta?$deltatoken=abc'],
    ['another host', 'https://graph.example.com:444/v1.0/servicePrincipals/delta'],
    ['another host', 'file:///v1.0/servicePrincipals/delta'],
    ['no address', 'https://user:word@graph.example.com/v1.0/servicePrincipals/delta'],
    ['no address', 'https://graph.example.com/v1.0/servicePrincipals/delta#x'],
    ['something else', 'https://graph.example.com/v1.0/users/delta?$deltatoken=abc'],
    ['something else', 'https://graph.example.com/beta/servicePrincipals/delta?$deltatoken=abc'],
    ['something else', 'https://graph.example.com/v1.0/servicePrincipals/../users/delta'],
    ['something else', 'https://graph.example.com/v1.0/servicePrincipals/%2e%2e/users/delta'],
    ['something else', 'https://graph.example.com/v1.0/servicePrincipals/1/delta'],
    ['something else', 'https://graph.example.com/v1.0/servicePrincipals/delta/'],
    ['is none', 'servicePrincipals/delta?$deltatoken=abc'],
    ['is none', ''],
    ['characters', `https://graph.example.com/v1.0/servicePrincipals/delta?$deltatoken=${'a'.repeat(longestLink)}`],
  ])('is not followed (%s): %s', (why, text) => {
    expect(() => follow(text)).toThrow(why);
    expect(() => follow(text)).toThrow(ServiceError);
  });
  it('whatever it says, what is followed is on the same host and below the same collection', () => {
    const pieces = fc.constantFrom(
      'https:',
      '//',
      'graph.example.com',
      '@',
      '\\',
      '/v1.0',
      path,
      '/delta',
      '/..',
      '%2f',
      '?',
      '#',
      ':443',
      '.',
      ' ',
      '\t',
      '//evil.example',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        try {
          follow(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ServiceError);
          return;
        }
        const url = new URL(text);
        expect([url.origin, url.username, url.pathname.toLowerCase().startsWith('/v1.0/serviceprincipals/')]).toEqual([host, '', true]);
      }),
    );
  });
});

describe('a refusal that asks for everything anew', () => {
  const refusal = (status: number, code: string, service: 'graph' | 'token' = 'graph') =>
    isResync(new ServiceError(service, status, code, 'no'));
  it('is a 410, or a code that says so under another status of the same class', () => {
    expect([
      refusal(410, 'Gone'),
      refusal(400, 'syncStateNotFound'),
      refusal(400, 'SyncStateNotFound'),
      refusal(409, 'resyncRequired'),
    ]).toEqual([true, true, true, true]);
  });
  it('near miss: neither another bad request, nor a failure of the service, nor of another one', () => {
    expect([refusal(400, 'BadRequest'), refusal(503, 'resyncRequired'), refusal(0, 'Unreachable'), refusal(410, 'Gone', 'token')]).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });
});
