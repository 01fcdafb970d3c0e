// The command that starts an attack while the guard runs: npm run attack -- --attack azure-ato --tenant fabrikam --control http://localhost:PORT/control
import { parseArgs } from 'node:util';

const usage =
  'npm run attack -- --control URL [--attack azure-ato] [--tenant contoso] [--victim UPN] [--seed TEXT] [--pace NUMBER]\n' +
  'The control address is printed by npm start. Without --attack the known attacks are listed.';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      control: { type: 'string' },
      attack: { type: 'string' },
      tenant: { type: 'string', default: 'contoso' },
      victim: { type: 'string' },
      seed: { type: 'string' },
      pace: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || values.control === undefined) {
    process.stdout.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const address = `${values.control.replace(/\/(control\/?)?$/, '')}/control/attacks`;
  const { control: _control, help: _help, pace, ...order } = values;
  const response =
    order.attack === undefined
      ? await fetch(address)
      : await fetch(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...order, ...(pace !== undefined && { pace: Number(pace) }) }),
        });
  const text = await response.text();
  (response.ok ? process.stdout : process.stderr).write(`${text}\n`);
  return response.ok ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  // fetch keeps the reason ("connect ECONNREFUSED …") in its cause.
  const why = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}${why}\n${usage}\n`);
  process.exitCode = 2;
}
