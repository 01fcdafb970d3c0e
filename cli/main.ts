// The tenant-guard command, under the project's Node 24: finds the subcommand and runs it. Called by start.ts.
import packageJson from '../package.json' with { type: 'json' };
import type { Command, Terminal } from './command.ts';

const { version } = packageJson;

/** A subcommand before anybody asked for it. */
export interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

/** Every subcommand. A new one is a file under commands/ and a line here. Only the one that is asked for is loaded: all of them take three times as long and 20 MB more. */
export const commands: readonly Listed[] = [
  {
    name: 'check',
    summary: 'search exported logs for the campaigns, offline',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'campaign',
    summary: 'packs of rules: new, test, try, publish, roll back',
    load: async () => (await import('./commands/campaign.ts')).campaign,
  },
  {
    name: 'attack-layer',
    summary: 'what the rules cover, for the ATT&CK Navigator',
    load: async () => (await import('./commands/attack-layer.ts')).attackLayerCommand,
  },
  {
    name: 'hunt',
    summary: 'search the kept past of all tenants for any pack',
    load: async () => (await import('./commands/hunt.ts')).huntCommand,
  },
  {
    name: 'indicators',
    summary: 'what the guard would take of an indicator feed, and what it refuses',
    load: async () => (await import('./commands/indicators.ts')).indicators,
  },
  {
    name: 'rules',
    summary: 'noise of rules, staged and silent ones, exclusions',
    load: async () => (await import('./commands/rules.ts')).rulesCommand,
  },
  {
    name: 'tenants',
    summary: 'which tenants are under guard: list, add, pause, remove, policy',
    load: async () => (await import('./commands/tenants.ts')).tenants,
  },
  {
    name: 'timeline',
    summary: 'one person’s or session’s raw story',
    load: async () => (await import('./commands/timeline.ts')).timeline,
  },
];

const help = `Usage: tenant-guard COMMAND …

${commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join('\n')}

tenant-guard COMMAND --help says more; tenant-guard --version says which this is.`;

/** Runs one command line. Gives the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    terminal.out(help);
    return word === undefined ? 2 : 0;
  }
  if (word === '--version' || word === '-v' || word === 'version') {
    terminal.out(`tenant-guard ${version}`);
    return 0;
  }
  const listed = commands.find(({ name }) => name === word);
  if (listed === undefined) {
    terminal.error(`There is no command ${JSON.stringify(word)}. Known: ${commands.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  const command = await listed.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  return command.run(rest, terminal);
}
