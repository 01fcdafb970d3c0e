// The simulated cloud as a child process. Used by start.ts.
import { join } from 'node:path';
import { responders } from '../simulator/worlds/constants.ts';
import { startProgram } from './child-program.ts';
import { type SimulatorReady, simulatorReady } from './settings.ts';

export interface RunningSimulator {
  readonly addresses: SimulatorReady & { readonly certificate: string };
  /** Somebody who may press, for the sign-in page. */
  readonly responder: string;
  readonly ended: Promise<never>;
  attack(attack: string, tenant: string): Promise<void>;
  /** Lets change notifications go to the queue `events` of this storage. */
  deliverTo(connectionString: string): Promise<void>;
  close(): Promise<void>;
}

/** Resolves when it has said where it is. Its certificate lies in `data`. */
export async function startSimulator(given: {
  readonly root: string;
  readonly data: string;
  readonly onLine: (line: string) => void;
}): Promise<RunningSimulator> {
  const certificate = join(given.data, 'simulator.pem');
  const program = startProgram({
    name: 'The simulator',
    file: join(given.root, 'simulator', 'main.ts'),
    args: ['--certificate', certificate],
    cwd: given.root,
    environment: process.env,
    onLine: given.onLine,
  });
  let ready: SimulatorReady | undefined;
  await program.until((line) => {
    if (!line.startsWith('{')) return false;
    ready = simulatorReady.parse(JSON.parse(line));
    return true;
  });
  if (ready === undefined) throw new Error('The simulator did not say where it is.');
  const { controlUrl } = ready;
  const post = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(`${controlUrl}/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  };
  return {
    addresses: { ...ready, certificate },
    responder: responders.first.upn,
    ended: program.ended,
    close: () => program.close(3000),
    attack: (attack, tenant) => post('attacks', { attack, tenant }),
    deliverTo: (connectionString) => post('events/queue', { connectionString }),
  };
}
