// A blip of the network or a short throttle must turn no step red, let alone replace a password that need not have been: what may be asked again is asked again. Used by
// step-context.ts for everything that is looked at, and by execute.ts and undo-step.ts for what is done.
import { signInSilent } from '../tenants/access-token.ts';
import { type Connection, type Graph, ServiceError } from '../tenants/connections.ts';
import type { ContainTools } from './tools.ts';

type Tools = Pick<ContainTools, 'clock' | 'wait' | 'until'>;

const pausesSeconds: readonly number[] = [1, 3, 10];
/** A longer pause that a service asks for is not waited for: a person looks at the page. */
const longestPauseSeconds = 30;
/** No new try begins later than this after the first, nor later than the worker's turn lasts. */
const budgetMs = 75_000;

/** Whether a worker's turn is over: what is still to be done is done under a new lease. */
export const isOver = ({ clock, until = Number.POSITIVE_INFINITY }: Tools): boolean => clock.now() > until;

/** Nobody answered, the connection broke, or what stands before the service said so. A service's own refusal is none of it. */
const codesOfNoAnswer: ReadonlySet<string> = new Set([
  'Unreachable',
  'ConnectionLost',
  'NoJson',
  'NoAnswer',
  'TokenUnavailable',
  signInSilent,
]);
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);
const isPassing = ({ status, code }: ServiceError): boolean => (status === 0 ? codesOfNoAnswer.has(code) : passing.has(status));

/** The failed call, also where an action tells of it in an error of its own. */
function callOf(error: unknown): ServiceError | undefined {
  if (error instanceof ServiceError) return error;
  return error instanceof Error && error.cause instanceof ServiceError ? error.cause : undefined;
}

/** Calls until it succeeds or fails for good, four times at most. */
export async function insisting<T>(tools: Tools, work: () => Promise<T>): Promise<T> {
  const pause = pausing(tools, pausesSeconds);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await pause(error);
    }
  }
}

/** … where doing it twice is not the same as doing it once. @param isDone asked before another try: the answer alone may have been lost */
export async function insistingOnce(tools: Tools, work: () => Promise<void>, isDone: () => Promise<boolean>): Promise<void> {
  // Replicas show a change after seconds: a look that comes too soon would have it done again.
  const pause = pausing(tools, [10, 20]);
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await pause(error);
      if (await isDone()) return;
      // The look took its time too.
      if (isOver(tools)) throw error;
    }
  }
}

/** What is called after each failure: lets time pass, or throws the error where another try is of no use. */
function pausing({ clock, wait, until = Number.POSITIVE_INFINITY }: Tools, pauses: readonly number[]): (error: unknown) => Promise<void> {
  const deadline = Math.min(clock.now() + budgetMs, until);
  let failures = 0;
  return async (error) => {
    const failed = callOf(error);
    const pause = pauses[failures++];
    if (failed === undefined || pause === undefined || !isPassing(failed)) throw error;
    const seconds = Math.max(pause, failed.retryAfterSeconds ?? 0);
    if (seconds > longestPauseSeconds || clock.now() + seconds * 1000 > deadline) throw error;
    await wait(seconds * 1000);
  };
}

/** A connection whose reads insist. What changes something is left to the caller, who knows whether it may be done twice. */
export function insistentReads(tools: Tools, { graph, exchange, ...rest }: Connection): Connection {
  const ask = <T>(work: () => Promise<T>): Promise<T> => insisting(tools, work);
  const request: Graph['request'] = (method, path, options) =>
    method === 'GET' ? ask(() => graph.request(method, path, options)) : graph.request(method, path, options);
  return {
    ...rest,
    graph: {
      ...graph,
      request,
      async *pages(path, options) {
        // A collection whose reading broke off is read anew.
        yield* await ask(async () => {
          const pages: (readonly Record<string, unknown>[])[] = [];
          for await (const page of graph.pages(path, options)) pages.push(page);
          return pages;
        });
      },
    },
    exchange: {
      invoke: (cmdlet, parameters, anchor) =>
        cmdlet.startsWith('Get-') ? ask(() => exchange.invoke(cmdlet, parameters, anchor)) : exchange.invoke(cmdlet, parameters, anchor),
    },
  };
}
