// One running guard per folder: a second start finds the first one's process and address. Used by start.ts.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { alive } from './alive.ts';

/** `storage`: the emulator's connection string, for the command line. */
const content = z.object({ pid: z.int().positive(), url: z.string(), storage: z.string().optional() });
export type Running = z.infer<typeof content>;

function read(file: string): Running | undefined {
  try {
    return content.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch (cause) {
    // Missing, or cut short by a crash: nobody holds it.
    if (cause instanceof SyntaxError || (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw cause;
  }
}

/** Takes the lock, or says who holds it. A holder that is no longer alive is replaced. */
export function takeRunLock(
  file: string,
): { readonly heldBy: Running } | { announce(url: string, storage?: string): void; release(): void } {
  mkdirSync(dirname(file), { recursive: true });
  const mine = (url: string, storage?: string): string => JSON.stringify({ pid: process.pid, url, storage } satisfies Running);
  for (;;) {
    try {
      writeFileSync(file, mine(''), { flag: 'wx' });
      break;
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const holder = read(file);
    if (holder !== undefined && holder.pid !== process.pid && alive(holder.pid)) return { heldBy: holder };
    rmSync(file, { force: true });
  }
  return {
    announce: (url, storage) => writeFileSync(file, mine(url, storage)),
    release: () => {
      if (read(file)?.pid === process.pid) rmSync(file, { force: true });
    },
  };
}
