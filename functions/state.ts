// HTTP GET state: incidents and coverage of every tenant that the person may look at. Polled with ETag.
import type { HttpFunctionOptions } from '@azure/functions';
import { queues } from '../src/contracts/bells.ts';
import type { ConsoleState, IncidentRow } from '../src/contracts/console.ts';
import { severityRank } from '../src/contracts/finding.ts';
import type { Incident } from '../src/contracts/incident.ts';
import type { TenantEntry } from '../src/contracts/policy.ts';
import { clean } from '../src/incidents/text.ts';
import { feedsOf } from '../src/rounds/due-feeds.ts';
import { tenantCoverage } from '../src/tenants/coverage.ts';
import { fleetSentence } from '../src/tenants/fleet-coverage.ts';
import { indicatorCoverage } from '../src/tenants/indicator-coverage.ts';
import { usageOf } from '../src/tenants/usage.ts';
import type { Guard } from './guard.ts';
import { cached, forPerson } from './http.ts';
import { huntRows } from './hunts.ts';
import type { LazyGuard } from './lazy-guard.ts';

const incidentsPerTenant = 50;
const daysShown = 2;
/** By this all incidents are ranked: whoever floods a tenant with small things must not push an open one off the page. */
const standing = ({ status, severity }: Incident): number => (status === 'closed' ? -1 : severityRank(severity));

export const state = (lazy: LazyGuard): HttpFunctionOptions => ({
  methods: ['GET'],
  authLevel: 'anonymous',
  route: 'state',
  handler: forPerson(lazy, async ({ guard, person, request }) => {
    const entries = await guard.registry.list();
    const groups = await guard.responders.groupsOf(
      person,
      entries.map(({ policy }) => policy.responderGroup),
    );
    const visible = entries.filter(({ policy }) => groups.has(policy.responderGroup.toLowerCase()));
    const looks = await Promise.all(visible.map((entry) => look(guard, entry)));
    const body: ConsoleState = {
      person: { name: person.name },
      sentence: fleetSentence(
        looks.map(({ coverage }) => coverage).filter(({ status }) => status === 'active'),
        guard.clock.now(),
      ),
      tenants: looks.map(({ coverage }) => coverage),
      incidents: looks
        .flatMap(({ incidents }) => incidents)
        .sort(
          (a, b) =>
            Number(a.status === 'closed') - Number(b.status === 'closed') ||
            severityRank(b.severity) - severityRank(a.severity) ||
            b.lastAt.localeCompare(a.lastAt),
        ),
      // How the guard itself fares is for people who may act somewhere.
      poisoned: visible.length === 0 ? {} : await poisoned(guard),
      packs: visible.length === 0 ? [] : await packs(guard),
      hunts: visible.length === 0 ? [] : await huntRows(guard, new Set(visible.map(({ tenant }) => tenant))),
      indicatorFeeds:
        visible.length === 0 || guard.config.indicatorFeeds.length === 0
          ? []
          : indicatorCoverage(guard.config.indicatorFeeds, await guard.store.indicatorFeeds.statuses()),
    };
    return cached(request, body);
  }),
});

async function look(guard: Guard, entry: TenantEntry) {
  const scope = await guard.registry.authorise(entry.tenant, 'show');
  const [states, newest] = await Promise.all([guard.store.state.feeds(scope), guard.store.state.incidents(scope)]);
  const stored = newest.sort((a, b) => standing(b.value) - standing(a.value)).slice(0, incidentsPerTenant);
  const incidents = await Promise.all(
    stored.map(async ({ value }): Promise<IncidentRow> => {
      const containment = value.containment === undefined ? undefined : await guard.store.journal.containment(scope, value.containment);
      const name = containment === undefined ? undefined : `${containment.value.dryRun ? 'rehearsal ' : ''}${containment.value.status}`;
      return {
        tenant: entry.tenant,
        tenantName: entry.name,
        id: value.id,
        title: value.title,
        severity: value.severity,
        status: value.status,
        containment: name,
        lastAt: value.lastAt,
        revision: value.revision,
      };
    }),
  );
  const wanted = feedsOf(guard.feeds, entry.policy);
  const usage = usageOf(states, guard.feeds).slice(0, daysShown);
  return { coverage: { ...tenantCoverage(entry, wanted, states), live: entry.policy.live, status: entry.status, usage }, incidents };
}

const problemsShown = 20;

/** What differs from the shipped packs, and what is wrong with any. */
async function packs(guard: Guard): Promise<ConsoleState['packs']> {
  const { packs: running } = await guard.content.current();
  return running
    .filter(({ version, problems }) => version > 0 || problems.length > 0)
    .map((pack) => ({ ...pack, problems: pack.problems.slice(0, problemsShown).map((problem) => clean(problem, 300)) }));
}

async function poisoned(guard: Guard): Promise<Record<string, number>> {
  return Object.fromEntries(await Promise.all(queues.map(async (queue) => [queue, await guard.store.queues.poisoned(queue)] as const)));
}
