// Draws the cards that are about no incident: the dead man's switch and the digest of the first read. Pure; used by outbox.ts. Few words: people read them in ten seconds.
import type { IAdaptiveCard, ITextBlock } from '@microsoft/teams.cards';
import type { HuntFacts } from '../contracts/hunt.ts';
import type { WatchState } from '../contracts/rows.ts';
import { counted } from '../incidents/text.ts';
import { answerAlone } from '../tenants/words.ts';
import { escapeText } from './escape.ts';
import type { FirstLightFacts } from './first-light.ts';

export interface NoticeOptions {
  /** The console's address. */
  readonly link: string;
  readonly sentAt: string;
  readonly again: boolean;
}

export type Style = 'good' | 'warning' | 'attention' | 'emphasis';
const linesMost = 3;
/** So many feeds that are silent for one reason are counted, fewer are named. */
const fewestTogether = 3;
const nameMost = 40;

const block = (text: string, more: Partial<Omit<ITextBlock, 'type' | 'text'>> = {}): ITextBlock => ({
  type: 'TextBlock',
  text,
  wrap: true,
  ...more,
});
/** @example utc(Date.UTC(2026, 2, 2, 2, 40)) === '2026-03-02 02:40 UTC' */
const utc = (time: number): string => `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
/** @example number(41212) === '41,212' */
const number = (value: number): string => value.toLocaleString('en-US');

/** The first few, and how many more there are. */
function few(items: readonly string[], most = linesMost): string[] {
  const rest = items.length - most;
  return rest > 0 ? [...items.slice(0, most), `${rest} more`] : [...items];
}

export function noticeCard(
  style: Style,
  headline: string,
  lines: readonly string[],
  { link, sentAt, again }: NoticeOptions,
): IAdaptiveCard {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    fallbackText: headline,
    body: [
      { type: 'Container', style, bleed: true, items: [block(headline, { weight: 'Bolder', size: 'Medium' })] },
      ...lines.map((line) => block(line, { spacing: 'Small' })),
      block(`${again ? 'sent again' : 'sent'} ${sentAt.slice(11, 16)} UTC`, { size: 'Small', isSubtle: true, spacing: 'Small' }),
    ],
    actions: [{ type: 'Action.OpenUrl', title: 'Open the console', url: link }],
  };
}

/** One alarm however many feeds are silent: what is not seen, since when, why, and what to do. */
export function deadManCard(tenant: string, { alarm, told }: WatchState, options: NoticeOptions): IAdaptiveCard {
  const name = escapeText(tenant, nameMost);
  if (alarm === undefined) {
    const since = told === undefined ? '' : ` It was not since ${utc(told.since)}.`;
    return noticeCard(
      'good',
      `Tenant Guard sees ${name} again`,
      [`Everything that was silent is read, and every card was delivered.${since}`],
      options,
    );
  }
  const feeds = [...Map.groupBy(alarm.feeds, ({ why }) => answerAlone(why))].map(([why, of]) => {
    const [first] = of;
    const title = of.length < fewestTogether ? of.map((one) => one.title).join(', ') : counted(of.length, 'feed');
    return `**${escapeText(title, 120)}** since ${utc(Math.max(...of.map(({ since }) => since), first?.since ?? 0))}: ${escapeText(why, 160)}.`;
  });
  const cards =
    alarm.cards.length === 0
      ? []
      : [
          `**${counted(alarm.cards.length, 'card')}** reached nobody since ${utc(Math.min(...alarm.cards.map(({ since }) => since)))}: look at the channel’s workflow.`,
        ];
  const headline = alarm.feeds.length > 0 ? `Tenant Guard does not see all of ${name}` : `Tenant Guard cannot tell of ${name}`;
  return noticeCard(
    'attention',
    headline,
    [...few(feeds), ...cards, 'An attack there may go unseen. The console says the next step.'],
    options,
  );
}

/** "Read 30 days: 41,212 sign-ins. 3 things to look at. Blind here." One card, however many tenants. */
export function firstLightDigest(facts: FirstLightFacts, options: NoticeOptions): IAdaptiveCard {
  const { tenants, days, signIns, others, incidents, blind, reading } = facts;
  const [only] = tenants;
  const named = (tenant: string, text: string, most = 60): string => escapeText(tenants.length === 1 ? text : `${tenant}: ${text}`, most);
  const who = tenants.length === 1 ? `${escapeText(only ?? '', nameMost)} is` : `${tenants.length} tenants are`;
  const read = `Read ${counted(days, 'day')}: ${number(signIns)} sign-ins and ${number(others)} other records.`;
  const look =
    incidents.length === 0
      ? 'Nothing in them to look at.'
      : `**${counted(incidents.length, 'thing')} to look at:** ${few(incidents.map(({ tenant, title }) => named(tenant, title))).join('; ')}.`;
  const dark =
    blind.length === 0
      ? 'Every feed can be read.'
      : `**Blind here:** ${few(blind.map(({ tenant, what }) => named(tenant, what, 140))).join('; ')}.`;
  const still = reading.length === 0 ? [] : [`Still reading: ${few(reading.map((name) => escapeText(name, nameMost))).join(', ')}.`];
  return noticeCard(incidents.length > 0 ? 'warning' : 'emphasis', `${who} under guard`, [read, look, dark, ...still], options);
}

/** "6 hits in 3 of 214 tenants": one card, however many tenants and hits. It says as clearly that nothing was found. */
export function huntDigest(facts: HuntFacts, options: NoticeOptions): IAdaptiveCard {
  const { title, days, tenants, searched, alerts, staged, targeted, beyond, known, opened, joined, hit, hitTenants, cancelled } = facts;
  const hits = alerts + staged + targeted;
  const of = `${hitTenants} of ${counted(cancelled === true ? tenants : searched, 'tenant')}`;
  const nothing = known === 0 ? 'nothing' : 'nothing new';
  const found =
    hits === 0
      ? searched === 0
        ? 'nothing can be said'
        : `${nothing} in ${counted(searched, 'tenant')}`
      : `${counted(hits, 'hit')} in ${of}`;
  const named = hit.map(({ tenant, findings }) => `${escapeText(tenant, nameMost)} (${findings})`);
  const kinds = [
    ...(staged === 0 ? [] : [`${staged} of rules that are only staged`]),
    ...(targeted === 0 ? [] : [`${targeted} who were targeted and not entered`]),
    ...(beyond === 0 ? [] : [`${number(beyond)} more were counted and not kept: a rule fires on ordinary work`]),
  ];
  const incidents = [
    ...(opened === 0 ? [] : [`**${counted(opened, 'incident')}** opened, found in retrospect`]),
    ...(joined === 0 ? [] : [`${joined} that were open hold more now`]),
  ];
  return noticeCard(
    opened > 0 ? 'attention' : hits > 0 ? 'warning' : 'good',
    `Searched the past for ${escapeText(title, 80)}: ${found}`,
    [
      cancelled === true
        ? `**Cancelled:** ${counted(tenants - searched, 'tenant')} of ${tenants} not searched to the end.`
        : `Read ${counted(days, 'day')} of each.${tenants > searched ? ` **${counted(tenants - searched, 'tenant')} could not be searched.**` : ''}`,
      ...(named.length === 0 ? [] : [`${few(named).join(', ')}.`]),
      ...(kinds.length === 0 ? [] : [`Of these: ${kinds.join('; ')}.`]),
      ...(incidents.length === 0 ? [] : [`${incidents.join('; ')}.`]),
      ...(known === 0 ? [] : [`${number(known)} ${known === 1 ? 'finding was' : 'findings were'} known before.`]),
    ],
    options,
  );
}
