// The tenant-guard command, under the project's Node 24: finds the subcommand and runs it. Called by start.ts.
import type { Command, Terminal } from './command.ts';
import { attackLayerCommand } from './commands/attack-layer.ts';
import { campaign } from './commands/campaign.ts';
import { check } from './commands/check.ts';
import { huntCommand } from './commands/hunt.ts';
import { indicators } from './commands/indicators.ts';
import { rulesCommand } from './commands/rules.ts';
import { tenants } from './commands/tenants.ts';
import { timeline } from './commands/timeline.ts';

/** Every subcommand. A new one is a file under commands/ and a line here. */
export const commands: readonly Command[] = [check, campaign, attackLayerCommand, huntCommand, indicators, rulesCommand, tenants, timeline];

const help = `Usage: tenant-guard COMMAND …

${commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`).join('\n')}

tenant-guard COMMAND --help says more.`;

/** Runs one command line. Gives the exit code. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [word, ...rest] = args;
  if (word === undefined || word === '--help' || word === '-h' || word === 'help') {
    terminal.out(help);
    return word === undefined ? 2 : 0;
  }
  const command = commands.find(({ name }) => name === word);
  if (command === undefined) {
    terminal.error(`There is no command ${JSON.stringify(word)}. Known: ${commands.map(({ name }) => name).join(', ')}.`);
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    terminal.out(command.help);
    return 0;
  }
  return command.run(rest, terminal);
}
