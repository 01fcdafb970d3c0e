// Hunts as the console shows them, and which other tenants saw the indicators of a case. Numbers only: nobody reads of a tenant whose responder they are not. Called by state.ts and incident.ts.
import type { HuntRow, SeenElsewhere } from '../src/contracts/console.ts';
import type { Finding } from '../src/contracts/finding.ts';
import type { Hunt, HuntPart } from '../src/contracts/hunt.ts';
import { indicatorsOf } from '../src/rounds/sightings.ts';
import type { Guard } from './guard.ts';

const mostHunts = 5;
const shownMs = 7 * 86_400_000;
const mostIndicators = 5;

/** The last few of a week, as far as they concern these tenants. */
export async function huntRows({ store, clock }: Pick<Guard, 'store' | 'clock'>, visible: ReadonlySet<string>): Promise<HuntRow[]> {
  const recent = (await store.hunts.list(clock.now() - shownMs)).filter(({ tenants }) => tenants.some((tenant) => visible.has(tenant)));
  return Promise.all(recent.slice(0, mostHunts).map(async (hunt) => rowOf(hunt, await store.hunts.parts(hunt.id), visible)));
}

function rowOf({ id, title, status, from, to, tenants, by }: Hunt, parts: readonly HuntPart[], visible: ReadonlySet<string>): HuntRow {
  const own = parts.filter(({ tenant }) => visible.has(tenant));
  const countOf = ({ found }: HuntPart): number => found.alert + found.staged + found.targeted;
  return {
    id,
    title,
    status,
    from,
    to,
    by,
    tenants: tenants.filter((tenant) => visible.has(tenant)).length,
    searched: own.filter((part) => part.status === 'done').length,
    skipped: own.filter((part) => part.status === 'skipped').length,
    findings: own.reduce((sum, part) => sum + countOf(part), 0),
    hitTenants: own.filter((part) => countOf(part) > 0).length,
    known: own.reduce((sum, part) => sum + part.known, 0),
    opened: own.reduce((sum, part) => sum + part.opened, 0),
  };
}

/** Indicators of these findings that more than one tenant saw, and how many did. */
export async function seenElsewhere(
  { store, registry }: Pick<Guard, 'store' | 'registry'>,
  findings: readonly Finding[],
): Promise<SeenElsewhere[]> {
  const indicators = [...new Set(findings.flatMap(indicatorsOf))].slice(0, mostIndicators);
  if (indicators.length === 0) return [];
  const [tenants, ...seen] = await Promise.all([registry.list(), ...indicators.map((indicator) => store.sightings.tenantsOf(indicator))]);
  const guarded = new Set(tenants.map(({ tenant }) => tenant));
  return indicators
    .map((indicator, index) => ({
      indicator,
      tenants: (seen[index] ?? []).filter((tenant) => guarded.has(tenant)).length,
      of: guarded.size,
    }))
    .filter((one) => one.tenants > 1);
}
