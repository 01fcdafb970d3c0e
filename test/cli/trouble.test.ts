// What a person reads where the guard's storage cannot be reached: no class, no code of a library.
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { troubleWith } from '../../cli/tenants/trouble.ts';

const error = (message: string, more: Readonly<Record<string, unknown>> = {}): Error => Object.assign(new Error(message), more);
const wrongForm = z.object({ v: z.literal(1) }).safeParse({ v: 2 }).error;

describe('trouble with the storage', () => {
  it.each<[string, unknown, string]>([
    [
      'nobody signed in',
      error('ChainedTokenCredential authentication failed.\nCredentialUnavailableError: …', { name: 'AggregateAuthenticationError' }),
      'azd auth login',
    ],
    ['no emulator', error('connect ECONNREFUSED 127.0.0.1:10000', { code: 'REQUEST_SEND_ERROR' }), 'is npm start running?'],
    ['no such host', error('getaddrinfo ENOTFOUND nope.example', { code: 'ENOTFOUND' }), 'Check what --storage names.'],
    ['no address', error('Invalid URL'), '--storage wants a connection string'],
    ['no right', error('This request is not authorized', { statusCode: 403 }), 'docs/deploy.md says which role'],
    ['another form', wrongForm, 'another form than this version'],
    ['no file', error('ENOENT: no such file or directory, open x', { code: 'ENOENT' }), 'there is no such file.'],
    ['anything else', error('The server is on fire.\n at stack'), 'The server is on fire.'],
  ])('%s', (_, cause, words) => {
    const told = troubleWith('The storage could not be read', cause);
    expect(told).toContain(words);
    expect(told).not.toMatch(/Credential|ECONN|ENO|Zod|\n|\.\.$/);
  });
});
