// What went wrong with the guard's storage, in words for whoever typed a command: the libraries' own texts name classes and codes. Used by the commands that look into it.
import { reasonOf } from '../../src/collect/exports/walk.ts';
import { shown } from '../check/table.ts';

const textOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
const field = (cause: unknown, name: 'code' | 'statusCode' | 'name'): unknown =>
  typeof cause === 'object' && cause !== null && name in cause ? (cause as Record<string, unknown>)[name] : undefined;

const known: readonly (readonly [(cause: unknown, text: string) => boolean, string])[] = [
  [
    (cause, text) => /credential/i.test(`${String(field(cause, 'name'))} ${text}`) && /authenticat|unavailable|log ?in/i.test(text),
    'nobody is signed in to Azure here. Sign in with “azd auth login” or “az login”, then try again',
  ],
  [
    (cause, text) => field(cause, 'code') === 'ECONNREFUSED' || text.includes('ECONNREFUSED'),
    'nothing answers at that address. If it is the guard of this computer: is npm start running?',
  ],
  [
    (cause, text) => ['ENOTFOUND', 'EAI_AGAIN'].includes(String(field(cause, 'code'))) || /ENOTFOUND|EAI_AGAIN/.test(text),
    'there is no such address, or this computer has no way to it. Check what --storage names',
  ],
  [
    (_, text) => /invalid url|connection ?string/i.test(text),
    '--storage wants a connection string, or the https address of the data account’s tables',
  ],
  [
    (cause) => field(cause, 'statusCode') === 403,
    'whoever is signed in may not do that there. docs/deploy.md says which role of the storage account it needs',
  ],
  [
    (cause) => field(cause, 'name') === 'ZodError',
    'what is stored there has another form than this version of the guard writes. Is it the guard’s data account, and the same version?',
  ],
];

/**
 * One sentence, with the full stop.
 * @param what begins it: "The storage could not be read or changed"
 */
export function troubleWith(what: string, cause: unknown): string {
  const text = textOf(cause).split('\n')[0] ?? '';
  const words =
    known.find(([fits]) => fits(cause, textOf(cause)))?.[1] ?? (field(cause, 'code') === 'ENOENT' ? reasonOf(cause) : shown(text));
  return `${what}: ${words.replace(/[.\s]+$/, '')}${words.endsWith('?') ? '' : '.'}`;
}
