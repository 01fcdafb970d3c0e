// The azd command line as the hooks use it: a token for the person who is signed in, and values kept in the azd environment.
import { execFileSync } from 'node:child_process';
import { SetupError } from './call.ts';

/** Runs azd with these arguments and gives what it printed. */
export type Azd = (...given: string[]) => string;

export const azd: Azd = (...given) => {
  try {
    return execFileSync('azd', given, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  } catch (cause) {
    throw new SetupError(`azd ${given.slice(0, 2).join(' ')} failed; its own message is above`, { cause });
  }
};

/** An access token for `host`, as azd's signed-in person. */
export function tokenFor(run: Azd, host: string, tenant: string | undefined): string {
  const printed = run('auth', 'token', '--output', 'json', '--scope', `${host}/.default`, ...(tenant ? ['--tenant-id', tenant] : []));
  const token = (JSON.parse(printed) as { token?: unknown }).token;
  if (typeof token !== 'string') throw new SetupError(`azd gave no token for ${host}`);
  return token;
}

/** A value that azd hands to hooks. Throws SetupError naming the command that sets it. */
export function given(environment: Readonly<Record<string, string | undefined>>, name: string, from: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new SetupError(`${name} is not in the azd environment. ${from} sets it.`);
  return value;
}
