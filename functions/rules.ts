// HTTP GET tenants/{tenant}/rules: how often each rule speaks here, which are silent, what is excluded; and POST tenants/{tenant}/exclusions/{id}/end, which takes an exclusion back.
import type { HttpFunctionOptions } from '@azure/functions';
import { endExclusionBody, type RulesDetail } from '../src/contracts/console.ts';
import type { TenantEntry } from '../src/contracts/policy.ts';
import type { TenantScope } from '../src/contracts/tenant-scope.ts';
import { effectHere } from '../src/detect/stage.ts';
import { endExclusion } from '../src/incidents/exclude.ts';
import { figureText, noiseFigures, overridesOf, silence } from '../src/incidents/noise.ts';
import { clean } from '../src/incidents/text.ts';
import { exclusionRows } from './exclusion-rows.ts';
import type { Guard } from './guard.ts';
import { bodyOf, cached, forTenant, RequestError } from './http.ts';
import type { LazyGuard } from './lazy-guard.ts';

export const rules = (lazy: LazyGuard): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'tenants/{tenant}/rules',
  handler: forTenant(lazy, 'show', async ({ guard, scope, entry, request }) => cached(request, await detailOf(guard, scope, entry))),
});

export async function detailOf(
  guard: Pick<Guard, 'store' | 'clock' | 'content'>,
  scope: TenantScope,
  { name }: Pick<TenantEntry, 'name'>,
): Promise<RulesDetail> {
  const { store, clock } = guard;
  const [rows, people, stages, exclusions, { detector }] = await Promise.all([
    store.noise.of(scope),
    store.noise.people(scope),
    store.stages.all(),
    store.exclusions.of(scope),
    guard.content.current(),
  ]);
  const now = clock.now();
  const figures = noiseFigures([{ rows, users: people?.users }], now);
  const from = Math.min(...rows.map((row) => row.from));
  const countedFrom = Number.isFinite(from) ? from : undefined;
  const overrides = overridesOf(stages.map(({ value }) => value));
  const decided = new Map(stages.map(({ value }) => [value.rule, value.changes.at(-1)]));
  return {
    tenant: scope.tenant,
    name,
    ...(people === undefined ? {} : { users: people.users }),
    ...(countedFrom === undefined ? {} : { countedFrom }),
    rules: detector
      .rules()
      .filter(({ speaks }) => speaks)
      .map(({ rule, title, campaign, effect }) => {
        const noise = figures.get(rule);
        const change = overrides.has(rule) ? decided.get(rule) : undefined;
        return {
          rule,
          title: clean(title, 160),
          campaign,
          effect: effectHere(rule, effect, overrides),
          ...(change === undefined
            ? {}
            : { decided: `${clean(change.by.name, 80)}, ${new Date(change.at).toISOString().slice(0, 10)}: ${clean(change.reason, 200)}` }),
          findings: noise?.findings ?? 0,
          figure: figureText(noise),
          ...(noise?.last === undefined ? {} : { last: noise.last }),
          silence: silence(noise, countedFrom, now),
        };
      })
      .sort((a, b) => b.findings - a.findings || (a.rule < b.rule ? -1 : 1)),
    exclusions: await exclusionRows(
      guard,
      scope,
      exclusions.map(({ value }) => value),
    ),
  };
}

export const endOfExclusion = (lazy: LazyGuard): HttpFunctionOptions => ({
  methods: ['POST'],
  authLevel: 'anonymous',
  route: 'tenants/{tenant}/exclusions/{id}/end',
  handler: forTenant(lazy, 'respond', async ({ guard, scope, person, request }) => {
    const { reason } = await bodyOf(request, endExclusionBody);
    const by = { name: person.name, oid: person.oid, via: 'console' as const };
    const result = await endExclusion(guard, scope, { id: request.params['id'] ?? '', by, reason });
    if ('refused' in result) throw new RequestError(404, 'unknown-exclusion', result.refused);
    return { status: 202, jsonBody: { ended: result.exclusion.ended?.at } };
  }),
});
