// A Graph that answers from a table of paths: a list is a collection, an object is one, an error is thrown. For tests of single feeds.
import { type Graph, ServiceError } from '../../../src/tenants/connections.ts';

export type Answers = Readonly<Record<string, readonly Record<string, unknown>[] | Readonly<Record<string, unknown>> | ServiceError>>;

export function graphOf(answers: Answers, asked: string[] = []): Graph {
  const find = (path: string) => {
    asked.push(path);
    const answer = answers[path] ?? new ServiceError('graph', 404, 'Request_ResourceNotFound', `${path}: nothing here`);
    if (answer instanceof ServiceError) throw answer;
    return answer;
  };
  return {
    request: async (_method, path) => ({ ...(find(path) as Record<string, unknown>) }),
    async *pages(path) {
      yield find(path) as readonly Record<string, unknown>[];
    },
    // biome-ignore lint/correctness/useYield: it refuses
    async *delta(path) {
      throw new ServiceError('graph', 400, 'Request_UnsupportedQuery', `${path}: no delta query here`);
    },
  };
}
