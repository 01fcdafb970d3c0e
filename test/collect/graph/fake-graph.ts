// A Graph that answers from a list and remembers what it was asked. Used by the tests of the log feeds.
import type { ReadContext } from '../../../src/collect/feed.ts';
import type { Connection, GraphOptions } from '../../../src/tenants/connections.ts';
import { ServiceError } from '../../../src/tenants/connections.ts';

export const tenant = '00000000-0000-4000-8000-0000000000aa';
export const now = Date.UTC(2026, 2, 9, 10, 0, 0);

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly options: GraphOptions;
}
export type Answers = (asked: Asked) => readonly (readonly Record<string, unknown>[])[] | Record<string, unknown> | ServiceError;

const unused = (what: string) => () => Promise.reject(new Error(`${what} is not asked here`));

/** `answers` gives the pages of a collection, one answer, or a refusal. A refusal among pages: a page list whose last element is none. */
export function fakeGraph(answers: Answers): { readonly asked: Asked[]; readonly context: ReadContext } {
  const asked: Asked[] = [];
  const answer = (method: string, path: string, options: GraphOptions = {}) => {
    const one = { method, path, options };
    asked.push(one);
    const given = answers(one);
    if (given instanceof ServiceError) throw given;
    return given;
  };
  const connection = {
    graph: {
      request: async (method: string, path: string, options?: GraphOptions) => answer(method, path, options) as Record<string, unknown>,
      async *pages(path: string, options?: GraphOptions) {
        for (const page of answer('GET', path, options) as readonly (readonly Record<string, unknown>[])[]) {
          if (page.some((record) => record['refuse'] !== undefined)) throw page[0]?.['refuse'];
          yield page;
        }
      },
    },
    exchange: { invoke: unused('Exchange') },
    activity: { start: unused('activity'), list: unused('activity'), read: unused('activity') },
  } as unknown as Connection;
  return { asked, context: { tenant, connection, now, touched: [] } };
}

export const refused = (status: number, code: string, message = 'no'): ServiceError => new ServiceError('graph', status, code, message);
/** A page that is never given: the connection breaks there. */
export const broken = (error: ServiceError) => [{ refuse: error }];
