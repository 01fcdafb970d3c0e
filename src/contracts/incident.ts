// All findings of one attack. Campaigns are labels on it, not part of its key. Made by src/incidents, drawn by src/alert, acted on by src/contain.
import { z } from 'zod';
import { severities, stages } from './finding.ts';

const subject = z.templateLiteral([z.string(), ':', z.string()]);

export const timelineEntry = z.object({
  time: z.iso.datetime(),
  visibleAt: z.iso.datetime().optional(),
  text: z.string(),
  place: z.string().optional(),
  application: z.string().optional(),
  network: z.string().optional(),
  severity: z.enum(severities),
  /** Of the attack; none for what is a note only. */
  stage: z.enum(stages).optional(),
  finding: z.string(),
});

/** Whose account it is, where it is none of this tenant's own: what can be done about it differs. */
export const outsideKinds = ['support', 'provider', 'partner', 'guest', 'absent'] as const;

const account = z.object({
  subject,
  name: z.string().optional(),
  /**
   * `support`: Microsoft's; `provider`: a service provider's; `partner`: of an organisation that connects directly; `guest`: has an object here, but signs in at home;
   * `absent`: the directory says that there is no such account.
   */
  outside: z.enum(outsideKinds).optional(),
});
export type Account = z.infer<typeof account>;

export const incident = z.object({
  v: z.literal(1),
  id: z.string(),
  tenant: z.string(),
  /** The first subject; containment plans start from it. */
  root: subject,
  rootName: z.string().optional(),
  /** Every subject that the findings link. */
  subjects: z.array(subject),
  /** The accounts that the attack entered, the root first where it is one. Absent: the root alone, and of this tenant. */
  accounts: z.array(account).optional(),
  /** The finding that opened it. */
  episode: z.string(),
  status: z.enum(['open', 'contained', 'closed']),
  closedBecause: z.string().optional(),
  closedAt: z.iso.datetime().optional(),
  /** Set on an incident that turned out to be part of an older one: the incident that goes on. */
  mergedInto: z.string().optional(),
  /** When every step of a containment was seen to hold: a later finding means that the attack goes on. */
  containedAt: z.iso.datetime().optional(),
  severity: z.enum(severities),
  /** Labels: campaign ids, whether a second stage confirms each, and whether it is what attacks of all kinds have in common. */
  campaigns: z.array(z.object({ id: z.string(), title: z.string(), confirmed: z.boolean(), general: z.literal(true).optional() })),
  title: z.string(),
  summary: z.string().describe('one sentence'),
  /** What the attack put into the tenant that no containment step removes. */
  things: z
    .array(z.enum(['applications', 'mailbox rules', 'forwarding', 'mailbox permissions', 'roles and permissions', 'mail flow rules']))
    .optional(),
  findings: z.array(z.string()),
  withdrawn: z.array(z.string()),
  /** Findings that are a line of the timeline and no more: what other people's protection saw and did. */
  notes: z.array(z.string()).optional(),
  timeline: z.array(timelineEntry).describe('by event time, at most 200'),
  why: z.array(z.string()),
  against: z.array(z.string()),
  unread: z.array(z.string()).describe('what could not be read, in sentences'),
  /** Nothing of it was seen as it came: a hunt in the past found all of it. */
  retrospect: z.literal(true).optional(),
  /** Event time of the first finding: methods and devices added since are the takeover's. */
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  openedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** People are notified again only when it gets worse than this. */
  notified: z.enum(severities).optional(),
  /** The containment under way or done, if any. */
  containment: z.string().optional(),
  /** Every containment that changed something or may have, oldest first: each can be undone by itself. */
  containments: z.array(z.string()).optional(),
  /** Counts up at every change: the card of revision n is drawn once. */
  revision: z.number().int(),
});
export type Incident = z.infer<typeof incident>;
export type TimelineEntry = z.infer<typeof timelineEntry>;
