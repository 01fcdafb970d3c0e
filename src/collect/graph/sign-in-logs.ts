// What the feeds of sign-ins share: which version of Graph is asked for which kind, and what is lost where it is not the better one. Called by the sign-in feeds beside it.
import type { FeedRead, ReadContext, Span } from '../feed.ts';
import { type LogQuery, readLogPages } from './log-pages.ts';
import { auditLogRead } from './permissions.ts';

export const entraP1 = 'Entra ID P1';
const needs = { permission: auditLogRead.name, licence: entraP1 };
const path = '/auditLogs/signIns';
const timeField = 'createdDateTime';

export interface SignInQuery {
  readonly feed: string;
  /** In Graph's words. Users and service principals cannot stand in one filter. */
  readonly kinds: readonly ('interactiveUser' | 'nonInteractiveUser' | 'servicePrincipal' | 'managedIdentity')[];
  readonly budget?: LogQuery['budget'];
}

/**
 * Beta: only there can a kind be asked for, and only there do records carry network, session and protocol. Whole records, since $select is not among what Microsoft
 * documents for this log. Source: Graph reference A.2, filters measured July 2026.
 */
export function readBetaSignIns(context: ReadContext, span: Span, { feed, kinds, budget }: SignInQuery): Promise<FeedRead> {
  return readLogPages(context, span, {
    feed,
    version: 'beta',
    path,
    timeField,
    filter: `signInEventTypes/any(t: ${kinds.map((kind) => `t eq '${kind}'`).join(' or ')})`,
    // Without it, protocols and transfer methods newer than the enumeration read as unknownFutureValue.
    headers: { Prefer: 'include-unknown-enum-members' },
    needs,
    ...(budget === undefined ? {} : { budget }),
  });
}

/** v1.0 knows interactive sign-ins only: one more request where beta is refused, and the loss is said. */
export async function orStableSignIns(beta: FeedRead, context: ReadContext, span: Span, feed: string): Promise<FeedRead> {
  if (beta.outcome.status !== 'failed') return beta;
  const stable = await readLogPages(context, span, { feed, version: 'v1.0', path, timeField, needs });
  return { ...withLoss(stable, `beta was refused (${beta.outcome.cause}); v1.0 lacks network, session and protocol`), poorer: true };
}

/** A complete reading of less than was asked for. */
export const withLoss = (read: FeedRead, why: string): FeedRead =>
  read.outcome.status === 'complete' ? { ...read, outcome: { status: 'incomplete', why } } : read;
