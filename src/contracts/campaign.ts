// campaign.yml: what a campaign is, beside its rules, indicators and tests. Read by src/campaigns.
import { z } from 'zod';
import { severities } from './finding.ts';
import { indicatorKinds } from './indicators.ts';

export const campaignManifest = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  title: z.string(),
  /** What attacks of all kinds have in common: a case has its name only where no campaign of its own is confirmed. */
  general: z.literal(true).optional(),
  summary: z.string(),
  references: z.array(z.url()).min(1),
  first: z.iso.date(),
  last: z.iso.date().optional(),
  attack: z.array(z.string().regex(/^T\d{4}(\.\d{3})?$/)).min(1),
  targets: z.string(),
  severity: z.strictObject({
    /** A finding of one stage alone is never worse than this. */
    single: z.enum(severities),
    /** A success and a second stage together. */
    confirmed: z.enum(severities),
    /** What `confirmed` rises to when the user is an executive, in finance or sales, or privileged. One stage alone rises with them too, but not beyond `single`. */
    targetedRole: z.enum(severities).optional(),
  }),
  response: z.strictObject({ plan: z.enum(['contain', 'sign-out', 'disable-connector']), note: z.string().optional() }),
});
export type CampaignManifest = z.infer<typeof campaignManifest>;

/** One file in tests/: activities in the raw spelling of an export, and what must and must not come of them. */
export const campaignCase = z.strictObject({
  title: z.string(),
  kind: z.enum(['hit', 'miss', 'near miss', 'missing field']),
  /** Rule names that must fire; for misses an empty list. */
  fires: z.array(z.string()),
  /** Rules that must be reported as not assessable. */
  notAssessable: z.array(z.string()).optional(),
  /** Rules that must be able to judge, although the records lack what others need. */
  assessable: z.array(z.string()).optional(),
  /** Sign-ins of the tenant come from the unified audit log, an hour or more late. Absent: they are read at once if the case has any, else not at all. */
  signInsLate: z.literal(true).optional(),
  /** Directory facts by object id. */
  directory: z.record(z.string(), z.strictObject({ title: z.string().optional(), roles: z.array(z.string()).optional() })).optional(),
  /** Owners of AS numbers, as the guard's own table of networks tells them: numbers that are reserved for documentation, one owner each in a pack. */
  networks: z.record(z.string().regex(/^(6449[6-9]|645(0\d|1[01]))$/), z.string()).optional(),
  /** Addresses that somebody reported as bad before. */
  reported: z
    .array(z.strictObject({ address: z.string(), reason: z.string(), sender: z.string(), from: z.iso.datetime(), until: z.iso.datetime() }))
    .optional(),
  /** What foreign indicator feeds list, before. */
  feeds: z
    .array(
      z.strictObject({
        name: z.string(),
        kind: z.enum(indicatorKinds),
        value: z.string(),
        confidence: z.int().min(0).max(100).default(50),
        from: z.iso.datetime(),
        until: z.iso.datetime().optional(),
      }),
    )
    .optional(),
  /** Raw records, oldest first, as Graph, diagnostic settings or the unified audit spell them. `history` is read first and only teaches baselines. */
  history: z.array(z.record(z.string(), z.unknown())).optional(),
  records: z.array(z.record(z.string(), z.unknown())).min(1),
});
export type CampaignCase = z.infer<typeof campaignCase>;
