// What a person at the terminal sees of a running guard: one short line for what matters. The rest is in .local/start.log. Used by start.ts.
import type { LogLine } from './runner/messages.ts';

type Fields = Readonly<Record<string, unknown>>;

const count = (value: unknown, one: string): string => {
  const number = typeof value === 'number' ? value : 0;
  return `${number} ${one}${number === 1 ? '' : 's'}`;
};
/** Text from outside (names, reasons) never moves the cursor or fills the screen. */
const printable = (text: string, longest = 300): string => {
  const clean = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
};

const minute = (time: unknown): string =>
  typeof time === 'number' ? `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC` : '?';

/** The guard's own events worth a line; undefined hides one, as rounds without news would drown the rest. */
const sentences: Readonly<Record<string, (fields: Fields, tenant: string) => string | undefined>> = {
  'round.done': (fields, tenant) =>
    Number(fields.findings ?? 0) + Number(fields.cards ?? 0) > 0
      ? `round    ${tenant}, ${fields.lane}: ${count(fields.findings, 'finding')}, ${count(fields.cards, 'card')}`
      : undefined,
  'planner.tick': () => undefined,
  'task.done': ({ task, outcome }, tenant) =>
    // How many tenants were told of: most of these tasks find that it is too early, or that all were.
    task === 'first-light' && Number(outcome) > 0
      ? `light    ${tenant}: the first read is told in the channel`
      : outcome === 'raised'
        ? `watch    ${tenant}: an alarm was raised`
        : undefined,
  'subscriptions.active': ({ resource }, tenant) => `events   ${tenant}: Graph tells of changes of ${resource}`,
  'subscriptions.failed': ({ resource, reason }, tenant) =>
    `events   ${tenant}: no events of ${resource}, ${reason}. Rounds go on by the clock.`,
  'round.fenced': ({ lane }, tenant) => `round    ${tenant}, ${lane}: overtaken by another worker, which goes on`,
  'round.unknown-tenant': (_, tenant) => `round    ${tenant}: no longer under guard, left out`,
  'collect.gap': ({ feed, from, to }, tenant) => `gap      ${tenant}: ${feed} is lost from ${minute(from)} to ${minute(to)}`,
  'collect.record-skipped': ({ feed, reason }, tenant) => `skipped  ${tenant}: a record of ${feed}, ${reason}`,
  'campaign.problem': ({ pack, problem }) => `pack     ${pack}: ${problem}`,
  'event.address-reported': ({ address }, tenant) => `event    ${tenant}: ${address} was reported as bad`,
  'event.malformed': ({ problem }) => `event    set aside: ${problem}`,
  'event.ignored': ({ why }, tenant) => `event    ${tenant}: ignored, ${why}`,
  'hunt.tenant-done': ({ records }, tenant) => `hunt     ${tenant}: done, ${count(records, 'record')}`,
  'hunt.done': ({ pack, tenants }) => `hunt     ${pack}: done in ${count(tenants, 'tenant')}`,
  'indicators.failing': ({ feed, cause }) => `feed     ${feed}: the last good copy stays, ${cause}`,
  'queue.poisoned': ({ queue, count: left }) => `poison   ${queue}: ${count(left, 'message')} could not be handled`,
  'card.delivery': (fields, tenant) => `card     ${tenant}: ${printable(String(fields.outcome), 60)}`,
  'containment.continued': (fields, tenant) => `contain  ${tenant}: ${printable(String(fields.status ?? 'nothing left to do'), 60)}`,
};

/** Turns log lines into lines for the terminal. The first quiet round of a tenant and lane is shown too: it says that the guard looks. What could not be read stands on the console. */
export function createLiveLog(given: {
  readonly tenants: ReadonlyMap<string, string>;
  readonly now: () => number;
}): (line: LogLine) => string | undefined {
  const started = new Set<string>();
  const at = (): string => `${new Date(given.now()).toISOString().slice(11, 19)} UTC`;

  function ofEvent(event: string, fields: Fields): string | undefined {
    const tenant = printable(given.tenants.get(String(fields.tenant)) ?? String(fields.tenant ?? ''), 60);
    if (event === 'round.done' && !started.has(`${tenant} ${fields.lane}`)) {
      started.add(`${tenant} ${fields.lane}`);
      return `round    ${tenant}, ${fields.lane}: first round, ${count(fields.findings, 'finding')}, ${count(fields.cards, 'card')}`;
    }
    if (Object.hasOwn(sentences, event)) {
      const sentence = sentences[event]?.(fields, tenant);
      return sentence === undefined ? undefined : printable(sentence);
    }
    const rest = Object.entries(fields)
      .filter(([name, value]) => name !== 'tenant' && ['string', 'number', 'boolean'].includes(typeof value))
      .map(([name, value]) => `${name} ${value}`);
    const [area = '', ...what] = event.split(/[.-]/);
    return printable(`${area.padEnd(8)} ${[tenant, what.join(' '), ...rest].filter((part) => part !== '').join(', ')}`);
  }

  return (line) => {
    const event = eventOf(line.message);
    const text = event === undefined ? undefined : ofEvent(event.name, event.fields);
    if (event !== undefined) return text === undefined ? undefined : `${at()}  ${text}`;
    if (line.category === 'host' && line.level === 'information')
      return `${at()}  ${(line.function ?? '').padEnd(8)} ${printable(line.message)}`;
    if (line.level !== 'error' && line.level !== 'critical' && line.level !== 'warning') return undefined;
    return `${at()}  ${line.level.padEnd(8)} ${line.function === undefined ? '' : `${line.function}: `}${printable(line.message.split('\n')[0] ?? '')}`;
  };
}

function eventOf(message: string): { readonly name: string; readonly fields: Fields } | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const { event, ...fields } = JSON.parse(message) as Record<string, unknown>;
    return typeof event === 'string' ? { name: event, fields } : undefined;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
