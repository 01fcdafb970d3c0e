// The simulated cloud, without its network, with logs played from tapes: raw records that become readable at a time, and objects that are made at a time. One world for any number of stories,
// each with a clock of its own that begins anew. For scenarios that run thousands of rounds.
import type { LogEntry } from '../../simulator/record-log.ts';
import type { Simulator } from '../../simulator/server.ts';
import { contoso } from '../../simulator/worlds/constants.ts';
import type { Clock } from '../../src/contracts/clock.ts';
import { createCloudSwitch } from './in-process-cloud.ts';

type Json = Readonly<Record<string, unknown>>;

export interface Tapes {
  readonly signIns: readonly LogEntry[];
  readonly directoryAudits: readonly LogEntry[];
  readonly unifiedAudit: readonly LogEntry[];
  readonly servicePrincipals: readonly TapedObject[];
  readonly permissionGrants: readonly TapedObject[];
}
interface TapedObject {
  readonly at: number;
  readonly id: string;
  readonly value: Json;
}
export interface TapeCloud {
  readonly simulator: Simulator;
  readonly fetch: typeof fetch;
  /** For stories that differ in little: the same question at the same time has the same answer. */
  readonly remembering: typeof fetch;
  /** A new story: the cloud tells the time by this clock, and remembers nothing of the one before. */
  begin(clock: Clock): void;
  /** Somebody switches the delivery of audit content off: the guard has to start it again. */
  unsubscribe(): void;
}

/** Records a page of a log: a service may give fewer than it is asked for. */
const pageSize = 8;
const mostAnswers = 2_000;

export async function createTapeCloud(tapes: Tapes, begin: number): Promise<TapeCloud> {
  let current: Clock = { now: () => begin };
  const { make, fetch } = await createCloudSwitch();
  const simulator = await make({ clock: { now: () => current.now() }, ordinary: false, historyDays: 1 });
  const tenant = simulator.world.tenants.get(contoso.id);
  if (tenant === undefined) throw new Error('no such tenant');
  for (const log of ['signIns', 'directoryAudits', 'unifiedAudit'] as const) tenant[log].addAll(tapes[log]);
  for (const kind of ['servicePrincipals', 'permissionGrants'] as const)
    for (const { at, id, value } of tapes[kind]) (tenant[kind].write as (id: string, value: Json, at: number) => void)(id, value, at);
  const smallPages: typeof fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const top = url.searchParams.get('$top');
    if (input instanceof Request || top === null) return fetch(input, init);
    url.searchParams.set('$top', String(Math.min(pageSize, Number(top))));
    return fetch(url, init);
  };
  const answers = new Map<string, Promise<Told>>();
  const subscribed = (): string =>
    [...tenant.audit.subscriptions.values()].map(({ contentType, startedAt }) => `${contentType} ${startedAt}`).join();
  return {
    simulator,
    fetch: smallPages,
    async remembering(input, init) {
      if (input instanceof Request || (init?.body !== undefined && !isQuestion.test(String(input)))) return smallPages(input, init);
      const token = new Headers(init?.headers).get('authorization');
      const key = [current.now(), subscribed(), init?.method, input, init?.body, token].join(' ');
      const told = answers.get(key) ?? smallPages(input, init).then(toldBy);
      if (answers.size > mostAnswers) answers.clear();
      answers.set(key, told);
      const { content, ...head } = await told;
      return new Response(content, head);
    },
    begin(clock) {
      current = clock;
      tenant.audit.subscriptions.clear();
      simulator.world.posts.length = 0;
    },
    unsubscribe: () => tenant.audit.subscriptions.clear(),
  };
}

/** What changes nothing although it is posted. */
const isQuestion = /\/InvokeCommand$|\/\$batch$|\/oauth2\/v2\.0\/token$/;

interface Told {
  readonly content: string | null;
  readonly status: number;
  readonly headers: Headers;
}
const toldBy = async (answer: Response): Promise<Told> => ({
  content: answer.body === null ? null : await answer.text(),
  status: answer.status,
  headers: answer.headers,
});
