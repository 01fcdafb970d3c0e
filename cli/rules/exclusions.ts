// `tenant-guard rules exclusions|exclude|include`: what is hidden in a tenant, by whom and until when. The same limits hold as on the console, and the tenant's channel is told. Called by commands/rules.ts.

import { type Finding, worst } from '../../src/contracts/finding.ts';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { hashId } from '../../src/contracts/ids.ts';
import type { TenantScope } from '../../src/contracts/tenant-scope.ts';
import { endExclusion, exclude, refusal } from '../../src/incidents/exclude.ts';
import { hiddenBy, isInForce } from '../../src/incidents/exclusions.ts';
import { clean } from '../../src/incidents/text.ts';
import { agreed, RulesError, type RulesTools } from './deps.ts';

const date = (time: number): string => new Date(time).toISOString().slice(0, 10);

export async function listExclusions({ store, registry, clock, terminal }: RulesTools, tenant: string): Promise<void> {
  const scope = await registry.authorise(tenant, 'show');
  const all = (await store.exclusions.of(scope)).map(({ value }) => value);
  const [findings, incidents] = await Promise.all([
    store.findings.ofSubjects(scope, [...new Set(all.map(({ subject }) => subject as SubjectId))]),
    store.state.incidents(scope),
  ]);
  const held = new Set(incidents.flatMap(({ value }) => value.findings));
  for (const one of all) {
    const state =
      one.ended !== undefined
        ? `taken back by ${clean(one.ended.by.name, 80)}`
        : isInForce(one, clock.now())
          ? `until ${date(one.until)}`
          : 'over';
    const hidden = hiddenBy(one, findings, held).findings;
    terminal.out(
      `${one.id.slice(0, 12)}  ${one.rule} for ${clean(one.subjectName ?? one.subject, 80)}, ${state}, ${hidden} hidden; ${clean(one.by.name, 80)}: ${clean(one.reason, 160)}`,
    );
  }
  if (all.length === 0) terminal.out('Nothing is excluded in this tenant.');
}

export interface ExcludeWords {
  readonly tenant: string;
  readonly rule: string | undefined;
  readonly subject: string | undefined;
  readonly days: number;
  readonly reason: string;
}

/** Findings of each open case that holds one of these. */
async function casesOf({ store }: Pick<RulesTools, 'store'>, scope: TenantScope, said: readonly Finding[]): Promise<Finding[][]> {
  const ids = new Set(said.map(({ id }) => id));
  const open = (await store.state.incidents(scope)).flatMap(({ value }) =>
    value.status !== 'closed' && value.findings.some((id) => ids.has(id)) ? [value] : [],
  );
  return Promise.all(
    open.map(async ({ subjects, findings }) =>
      (await store.findings.ofSubjects(scope, subjects as SubjectId[])).filter(({ id }) => findings.includes(id)),
    ),
  );
}

/** What was never said about the subject cannot be excluded: how bad it would be is not known. */
export async function excludeByName(tools: RulesTools, { tenant, rule, subject, days, reason }: ExcludeWords): Promise<boolean> {
  const { store, registry, clock, terminal } = tools;
  if (rule === undefined || subject === undefined)
    throw new RulesError('Say what: rules exclude TENANT RULE SUBJECT --days N --reason TEXT.');
  const scope = await registry.authorise(tenant, 'show');
  const said = (await store.findings.ofSubject(scope, subject.toLowerCase() as SubjectId)).filter(
    (one) => one.standing && one.effect === 'alert' && one.rule === rule,
  );
  const [first] = said;
  if (first === undefined)
    throw new RulesError(`${rule} has never alerted about ${subject.slice(0, 120)} in this tenant: there is nothing to exclude.`);
  const pair = {
    rule,
    title: first.title,
    subject: first.subject,
    ...(first.subjectName === undefined ? {} : { subjectName: clean(first.subjectName, 120) }),
    most: worst(said.map(({ severity }) => severity)),
    from: clock.now(),
  };
  const request = {
    pairs: [pair],
    days,
    reason,
    live: (await registry.entry(scope)).policy.live,
    cases: await casesOf(tools, scope, said),
  };
  const by = { name: await tools.who(), via: 'command' as const };
  const press = hashId('exclude', scope.tenant, rule, pair.subject, String(clock.now()));
  // Before anything is asked; `exclude` says the same.
  const refused = refusal({ ...request, by, press });
  if (refused !== undefined) throw new RulesError(refused);
  terminal.out(`${said.length} findings “${first.title}” about ${pair.subjectName ?? pair.subject}, ${pair.most} at most.`);
  if (!(await agreed(tools, `Hide the same for ${days} days? The tenant’s channel is told.`))) return false;
  const result = await exclude(tools, scope, { ...request, by, press });
  if ('refused' in result) throw new RulesError(result.refused);
  terminal.out(`Excluded until ${date(result.exclusions[0]?.until ?? 0)}. Anything worse or different opens a case all the same.`);
  return true;
}

export async function include(tools: RulesTools, tenant: string, id: string | undefined, reason: string): Promise<void> {
  const scope = await tools.registry.authorise(tenant, 'show');
  const found = (await tools.store.exclusions.of(scope)).filter(
    ({ value }) => id !== undefined && id.length >= 6 && value.id.startsWith(id),
  );
  const [only, another] = found;
  if (only === undefined || another !== undefined)
    throw new RulesError('Name one exclusion by the beginning of its id: rules exclusions TENANT shows them.');
  const result = await endExclusion(tools, scope, { id: only.value.id, by: { name: await tools.who(), via: 'command' }, reason });
  if ('refused' in result) throw new RulesError(result.refused);
  tools.terminal.out('Taken back: from the next finding on it counts again.');
}
