// What diagnostic settings push to an Event Hub -> records by the feed that they belong to. Nothing is judged here but whose they are. Pure; called by functions/pushed.ts.
import { z } from 'zod';

/** Feeds that can be pushed, and the diagnostic categories that bring them. */
export const pushedCategories: Readonly<Record<string, string>> = {
  NonInteractiveUserSignInLogs: 'sign-ins.non-interactive.pushed',
  ServicePrincipalSignInLogs: 'sign-ins.service-principal.pushed',
  ManagedIdentitySignInLogs: 'sign-ins.service-principal.pushed',
};

const message = z.object({ records: z.array(z.unknown()) });
const record = z.looseObject({ category: z.string(), tenantId: z.string() });

export interface Sorted {
  readonly byFeed: ReadonlyMap<string, readonly Record<string, unknown>[]>;
  /** Of another tenant than the hub's. */
  readonly foreign: number;
  /** Of categories that are not taken from the hub. */
  readonly other: number;
  /** What is no record, at most 20 with a reason: kept for inspection. */
  readonly unreadable: readonly { readonly reason: string; readonly text: string }[];
}

const mostUnreadable = 20;

/** `messages` as the Event Hub trigger gives them: parsed JSON, or the text where it is none. */
export function sortPushed(messages: readonly unknown[], tenant: string): Sorted {
  const byFeed = new Map<string, Record<string, unknown>[]>();
  const unreadable: { reason: string; text: string }[] = [];
  let foreign = 0;
  let other = 0;
  const refuse = (reason: string, what: unknown) => {
    if (unreadable.length < mostUnreadable) unreadable.push({ reason, text: textOf(what) });
  };
  for (const one of messages) {
    const parsed = message.safeParse(one);
    if (!parsed.success) {
      refuse('no message of diagnostic settings: it has no list "records"', one);
      continue;
    }
    for (const raw of parsed.data.records) {
      const known = record.safeParse(raw);
      if (!known.success) {
        refuse(`no diagnostic record: ${known.error.issues.map(({ path }) => path.join('.') || 'the record').join(', ')}`, raw);
        continue;
      }
      const feed = Object.hasOwn(pushedCategories, known.data.category) ? pushedCategories[known.data.category] : undefined;
      if (known.data.tenantId.toLowerCase() !== tenant) foreign++;
      else if (feed === undefined) other++;
      else {
        const list = byFeed.get(feed);
        if (list === undefined) byFeed.set(feed, [known.data]);
        else list.push(known.data);
      }
    }
  }
  return { byFeed, foreign, other, unreadable };
}

const textOf = (what: unknown): string => (typeof what === 'string' ? what : (JSON.stringify(what) ?? String(what))).slice(0, 2000);
