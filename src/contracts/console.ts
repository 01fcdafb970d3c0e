// What the console asks for and is told: the shapes of the HTTP answers. Shared by functions/ (which makes them) and console/ (which draws them).
import { z } from 'zod';
import { type Containment, planKinds, type StepOutcome } from './containment.ts';
import type { FeedCoverage, FeedFigures, TenantCoverage, UnassessableRules } from './coverage.ts';
import { exclusionDaysMost } from './doubt.ts';
import type { Finding, Severity } from './finding.ts';
import type { Incident } from './incident.ts';
import type { Refusal } from './indicators.ts';
import type { TenantPolicy } from './policy.ts';

/** GET console/config.json: what the page needs before anybody signed in. */
export interface ConsoleConfig {
  readonly authority: string;
  readonly clientId: string;
  readonly scope: string;
  /** On one computer with the simulator: attacks can be started. */
  readonly local: boolean;
}

export interface IncidentRow {
  readonly tenant: string;
  readonly tenantName: string;
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly status: Incident['status'];
  readonly containment: string | undefined;
  readonly lastAt: string;
  readonly revision: number;
}

/** GET tenants/{tenant}/targeted: users who were targeted but not entered, those whose password is proven known first. */
export interface TargetedRow {
  readonly subject: string;
  readonly name: string;
  readonly campaigns: readonly string[];
  readonly findings: number;
  readonly passwordKnown: boolean;
  readonly lastAt: string;
  readonly why: string;
}

/** What a tenant's rounds asked for on one day (UTC), and their share of the bill. */
export interface TenantUsageDay {
  readonly date: string;
  readonly executions: number;
  readonly seconds: number;
  readonly requests: Readonly<Record<'reporting' | 'graph' | 'exchange' | 'activity', number>>;
  /** Requests that had to wait for a later round. */
  readonly heldBack: number;
  /** List price of the executions, each as if alone on its instance: the upper bound. */
  readonly dollars: number;
}

/** A pack as the guard runs it; version 0 is the one that ships. */
export interface PackRow {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly rules: number;
  readonly problems: readonly string[];
}

/** A foreign indicator feed in words. */
export interface IndicatorFeedRow {
  readonly name: string;
  /** Something needs somebody. */
  readonly failing: boolean;
  readonly sentence: string;
  /** What of it is not looked for, by reason, most frequent first. */
  readonly refused: readonly Refusal[];
}

/** A hunt in the past, as far as the tenants are the person's. */
export interface HuntRow {
  readonly id: string;
  readonly title: string;
  readonly status: 'running' | 'done' | 'cancelled';
  /** First and last day (UTC). */
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly tenants: number;
  readonly searched: number;
  readonly skipped: number;
  readonly findings: number;
  readonly hitTenants: number;
  /** Findings that rounds had made before. */
  readonly known: number;
  readonly opened: number;
}

/** An indicator of a case that other tenants saw, too: how many, of how many under guard. */
export interface SeenElsewhere {
  readonly indicator: string;
  readonly tenants: number;
  readonly of: number;
}

/** GET state. */
export interface ConsoleState {
  readonly person: { readonly name: string };
  /** How far the fleet is seen, one sentence. */
  readonly sentence: string;
  readonly tenants: readonly (TenantCoverage & {
    readonly live: boolean;
    readonly status: 'active' | 'paused' | 'removed';
    /** The last two days, newest first. */
    readonly usage: readonly TenantUsageDay[];
  })[];
  readonly incidents: readonly IncidentRow[];
  /** Packs that were published, and shipped ones with a problem, as this worker runs them. */
  readonly packs: readonly PackRow[];
  /** The last week's, newest first. */
  readonly hunts: readonly HuntRow[];
  /** Foreign indicator feeds, each with how its copy stands. */
  readonly indicatorFeeds: readonly IndicatorFeedRow[];
  /** Messages that no worker could handle, by queue. */
  readonly poisoned: Readonly<Record<string, number>>;
}

/** GET tenants/{tenant}/coverage: how well one tenant is seen. Times are epoch ms. */
export interface TenantDetail extends TenantCoverage {
  readonly status: 'active' | 'paused' | 'removed';
  readonly live: boolean;
  readonly addedAt: string;
  readonly policy: {
    readonly cadence: TenantPolicy['cadence'];
    readonly retentionDays: number;
    readonly on: readonly string[];
    readonly off: readonly string[];
    readonly channels: readonly string[];
    /** Those of them that are not set up: their cards go to the home channel. */
    readonly missingChannels: readonly string[];
  };
  readonly feeds: readonly (FeedCoverage & { readonly figures: FeedFigures })[];
  /** Spans that cannot be read any more, newest first. */
  readonly gaps: readonly { readonly feed: string; readonly from: number; readonly to: number; readonly why: string }[];
  /** Rules of which nothing can be said here, by why, and how many rules there are. */
  readonly unassessable: readonly UnassessableRules[];
  readonly rules: number;
  /** The earliest time that was asked for. */
  readonly readFrom?: number;
  /** Set while the dead man's switch is raised. */
  readonly alarmSince?: number;
}

/** GET tenants/{tenant}/incidents/{id}. */
export interface IncidentDetail {
  readonly incident: Incident;
  /** Adaptive Card, as the official renderer takes it: what is read in ten seconds. */
  readonly card: Readonly<Record<string, unknown>>;
  /** All of it: what happened (the same again within an hour is counted), why it was flagged, what speaks against it, what could not be read. */
  readonly story: {
    readonly timeline: readonly { readonly time: string; readonly text: string; readonly where: string; readonly times: number }[];
    readonly why: readonly string[];
    readonly against: readonly string[];
    readonly unread: readonly string[];
  };
  readonly journal: readonly { readonly at: string; readonly text: string; readonly good: boolean | undefined }[];
  /** Which attacks end with the case, where it holds several: one sentence. */
  readonly ends?: string | undefined;
  /** Indicators that other tenants saw, too. */
  readonly elsewhere: readonly SeenElsewhere[];
  readonly evidence: readonly {
    readonly finding: string;
    readonly rule: string;
    readonly severity: Severity;
    readonly time: string;
    readonly why: string;
    /** Address, place, application, user agent …: one bounded line of untrusted text; may be empty. */
    readonly facts: string;
    /** Which field held which value, and by which indicator that counted; may be empty. */
    readonly because: string;
    /** What speaks against this one finding. */
    readonly against: readonly string[];
    /** How often this rule speaks here. */
    readonly noise: string;
  }[];
  /** Exclusions that were made from this case, or that name what it is about. */
  readonly exclusions: readonly ExclusionRow[];
  /** What a dismissal may exclude; empty with a reason where nothing may be. */
  readonly excludable: {
    readonly rules: readonly { readonly rule: string; readonly title: string; readonly who: string }[];
    readonly whyNot?: string;
  };
}

export interface ExclusionRow {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly who: string;
  readonly most: Severity;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly until: string;
  readonly state: 'in force' | 'over' | 'ended';
  readonly endedBy?: string;
  /** Standing findings that no case holds since it hides them. */
  readonly hidden: number;
  readonly incident?: string;
}

/** GET tenants/{tenant}/rules: how often each rule speaks in this tenant, which are silent, and what is excluded. */
export interface RulesDetail {
  readonly tenant: string;
  readonly name: string;
  /** People and applications that signed in; absent: not counted yet. */
  readonly users?: number;
  /** Since when there is anything to count, epoch ms. */
  readonly countedFrom?: number;
  readonly rules: readonly {
    readonly rule: string;
    readonly title: string;
    readonly campaign: string;
    readonly effect: Finding['effect'];
    /** Where somebody decided that, whatever the pack says. */
    readonly decided?: string;
    readonly findings: number;
    readonly figure: string;
    readonly last?: string;
    readonly silence: 'silent' | 'spoke' | 'unknown';
  }[];
  readonly exclusions: readonly ExclusionRow[];
}

/** POST tenants/{tenant}/incidents/{id}/{verb}. `request` is the idempotency key of this press. */
export const pressBody = z.strictObject({ kind: z.enum(planKinds), request: z.guid() });
export const undoBody = z.strictObject({ containment: z.string(), request: z.guid(), reason: z.string().trim().min(3).max(500) });
export const dismissBody = z.strictObject({
  reason: z.string().trim().min(3).max(500),
  /** What opens no case again for so long. */
  exclude: z
    .strictObject({ rules: z.array(z.string().min(1).max(200)).min(1).max(5), days: z.int().min(1).max(exclusionDaysMost) })
    .optional(),
});
export const endExclusionBody = z.strictObject({ reason: z.string().trim().min(3).max(500) });

/** What a press or an undo came to so far: the answer to both. */
export interface PressAnswer {
  readonly containment: string;
  readonly status: Containment['status'];
  readonly dryRun: boolean;
  /** Outcome of each step in the direction that was asked for; absent: not begun. What no undo can restore is left out. */
  readonly outcomes: readonly (StepOutcome['outcome'] | undefined)[];
  /** Why, and the next step, where a guard refused all of it: neither the card nor the case tells of a press that changed nothing. */
  readonly refused?: string;
}

/** Every answer other than 2xx. `code` is for the page, `message` for people; neither repeats what was sent. */
export interface ConsoleError {
  readonly code: string;
  readonly message: string;
}
