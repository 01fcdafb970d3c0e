// Counts what one round asks of Microsoft, by feed, and asks the limits before each request. Wraps the feeds and the connection that a round uses. Called by round.ts.
import type { Feed, FeedSource } from '../collect/feed.ts';
import type { Connection } from '../tenants/connections.ts';
import { ServiceError } from '../tenants/connections.ts';
import type { LimitedRound } from './limits.ts';

export interface Meter {
  /** The same feeds, whose requests count as theirs. */
  readonly feeds: readonly Feed[];
  /** For what is no feed: facts about people. */
  readonly connection: Connection;
  /** Requests that were sent, by feed. */
  readonly requests: Readonly<Record<string, number>>;
  heldBack(): number;
}

export const directoryFeed = 'directory';

export function createMeter(options: {
  readonly connection: Connection;
  readonly feeds: readonly Feed[];
  /** Absent: only counted. */
  readonly limits?: LimitedRound | undefined;
}): Meter {
  const { connection, limits } = options;
  const requests: Record<string, number> = {};
  let heldBack = 0;

  function metered(feed: string, source: FeedSource): Connection {
    const ask = async (of: FeedSource): Promise<void> => {
      try {
        await limits?.before(feed, of);
      } catch (error) {
        heldBack++;
        throw error;
      }
      requests[feed] = (requests[feed] ?? 0) + 1;
    };
    const told = async <T>(of: FeedSource, work: () => Promise<T>): Promise<T> => {
      try {
        const result = await work();
        limits?.after(of);
        return result;
      } catch (error) {
        // What the limits themselves refused says nothing about the service.
        if (!(error instanceof ServiceError) || (error.code !== 'HeldBack' && error.code !== 'CircuitOpen')) limits?.after(of, error);
        throw error;
      }
    };
    const { graph, exchange, activity } = connection;
    // Whatever a feed's own source is, what it asks of Exchange or of the activity API is theirs.
    const ofGraph: FeedSource = source === 'reporting' ? source : 'graph';
    const before = () => ask(ofGraph);
    const asked = <T>(of: FeedSource, work: () => Promise<T>): Promise<T> =>
      told(of, async () => {
        await ask(of);
        return work();
      });
    async function* steps<T>(of: FeedSource, pages: AsyncIterable<T>): AsyncIterable<T> {
      const iterator = pages[Symbol.asyncIterator]();
      for (;;) {
        const step = await told(of, () => iterator.next());
        if (step.done === true) return;
        yield step.value;
      }
    }
    return {
      graph: {
        request: (method, path, more = {}) => told(ofGraph, () => graph.request(method, path, { ...more, before })),
        pages: (path, more = {}) => steps(ofGraph, graph.pages(path, { ...more, before })),
        delta: (path, more = {}) => steps(ofGraph, graph.delta(path, { ...more, before })),
      },
      exchange: { invoke: (cmdlet, parameters, anchor) => asked('exchange', () => exchange.invoke(cmdlet, parameters, anchor)) },
      activity: {
        start: (type) => asked('activity', () => activity.start(type)),
        content: (type, from, to) =>
          steps(
            'activity',
            activity.content(type, from, to, () => ask('activity')),
          ),
        read: (content) => asked('activity', () => activity.read(content)),
      },
    };
  }

  return {
    feeds: options.feeds.map((feed): Feed => {
      const own = metered(feed.id, feed.source);
      return feed.kind === 'log'
        ? { ...feed, read: (context, span) => feed.read({ ...context, connection: own }, span) }
        : { ...feed, list: (context) => feed.list({ ...context, connection: own }) };
    }),
    connection: metered(directoryFeed, 'graph'),
    requests,
    heldBack: () => heldBack,
  };
}
