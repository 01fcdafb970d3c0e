// What the actions of `tenant-guard rules` work on. Made by commands/rules.ts.
import type { Detector } from '../../src/detect/detector.ts';
import type { Store } from '../../src/store/store.ts';
import type { Registry } from '../../src/tenants/registry.ts';
import type { Terminal } from '../command.ts';

/** What was typed and cannot be done; the message says what would be right. */
export class RulesError extends Error {
  override readonly name = 'RulesError';
}

export type LoadedRule = ReturnType<Detector['rules']>[number];

export interface RulesTools {
  readonly store: Store;
  readonly registry: Registry;
  readonly clock: { now(): number };
  /** Those that the running guard has. */
  readonly rules: () => Promise<readonly LoadedRule[]>;
  /** Who works here, as far as the sign-in tells. */
  readonly who: () => Promise<string>;
  readonly terminal: Terminal;
  /** `--yes`: nothing is asked. */
  readonly yes: boolean;
}

/** @returns whether to go on. Without a terminal only `--yes` says so. */
export async function agreed({ terminal, yes }: Pick<RulesTools, 'terminal' | 'yes'>, question: string): Promise<boolean> {
  if (yes) return true;
  if (terminal.ask === undefined) throw new RulesError('This asks first, and nobody can answer here: say --yes.');
  return /^y(es)?$/i.test((await terminal.ask(`${question} [y/N] `)).trim());
}
