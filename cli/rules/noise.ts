// `tenant-guard rules list`: the noise of every rule over all tenants, or in one. Also the figures that `promote` shows. Called by commands/rules.ts and decide.ts.
import type { RuleStage } from '../../src/contracts/doubt.ts';
import { effectHere } from '../../src/detect/stage.ts';
import { figureText, noiseFigures, overridesOf, type RuleNoise, silence, type TenantNoise } from '../../src/incidents/noise.ts';
import { clean } from '../../src/incidents/text.ts';
import { shown as plain } from '../check/table.ts';
import type { LoadedRule, RulesTools } from './deps.ts';

export interface Look {
  readonly tenants: readonly (TenantNoise & { readonly name: string })[];
  readonly figures: ReadonlyMap<string, RuleNoise>;
  readonly countedFrom: number | undefined;
  readonly stages: readonly RuleStage[];
}

/** Reads three rows or so of every tenant. @param tenant one only */
export async function lookAt({ store, registry, clock }: Pick<RulesTools, 'store' | 'registry' | 'clock'>, tenant?: string): Promise<Look> {
  const entries = tenant === undefined ? await registry.list() : [await registry.entry(await registry.authorise(tenant, 'show'))];
  const tenants: (TenantNoise & { name: string })[] = [];
  for (const entry of entries) {
    const scope = await registry.authorise(entry.tenant, 'show');
    const [rows, people] = await Promise.all([store.noise.of(scope), store.noise.people(scope)]);
    tenants.push({ name: clean(entry.name, 60), rows, users: people?.users });
  }
  const from = Math.min(...tenants.flatMap(({ rows }) => rows.map((row) => row.from)));
  return {
    tenants,
    figures: noiseFigures(tenants, clock.now()),
    countedFrom: Number.isFinite(from) ? from : undefined,
    stages: (await store.stages.all()).map(({ value }) => value),
  };
}

export interface ListOptions {
  readonly tenant: string | undefined;
  readonly only: 'staged' | 'silent' | undefined;
  readonly json: boolean;
}

export async function listRules(tools: RulesTools, { tenant, only, json }: ListOptions): Promise<void> {
  const { terminal, clock } = tools;
  const look = await lookAt(tools, tenant);
  const overrides = overridesOf(look.stages);
  const all = (await tools.rules())
    .filter(({ speaks }) => speaks)
    .map((rule) => {
      const noise = look.figures.get(rule.rule);
      return {
        rule: rule.rule,
        title: rule.title,
        campaign: rule.campaign,
        effect: effectHere(rule.rule, rule.effect, overrides),
        decided: overrides.has(rule.rule),
        findings: noise?.findings ?? 0,
        total: noise?.total ?? 0,
        last: noise?.last,
        perThousand: noise?.perThousand,
        noise: noise === undefined && rule.cannotMatch !== undefined ? '-' : figureText(noise),
        ...(rule.cannotMatch === undefined ? {} : { cannotMatch: rule.cannotMatch }),
        silence: silence(noise, look.countedFrom, clock.now()),
        tenants: look.tenants.filter(({ rows }) => rows.some((row) => row.rules.some((one) => one.rule === rule.rule))).length,
      };
    })
    .sort((a, b) => b.findings - a.findings || b.total - a.total || (a.rule < b.rule ? -1 : 1));
  const shown = all.filter(
    ({ effect, silence: quiet }) => only === undefined || (only === 'staged' ? effect === 'staged' : quiet === 'silent'),
  );
  if (json) return terminal.out(JSON.stringify(shown, undefined, 2));
  const spoke = only === undefined ? shown.filter(({ total, decided }) => total > 0 || decided) : shown;
  for (const line of table(
    spoke.map((one) => [
      plain(one.rule),
      `${one.effect}${one.decided ? '*' : ''}`,
      one.noise,
      String(one.findings),
      one.last ?? 'never',
      `${one.tenants} of ${look.tenants.length}`,
      noteOn(one),
    ]),
  ))
    terminal.out(line);
  const silent = all.filter((one) => one.silence === 'silent').length;
  const unknown = all.filter((one) => one.silence === 'unknown').length;
  const mute = all.filter((one) => one.cannotMatch !== undefined).length;
  terminal.out(
    `${all.length} rules, ${spoke.length} shown (findings in 30 days; * decided here). ${silent} silent for 180 days${unknown === 0 ? '' : `, ${unknown} that did not speak since counting began`}${mute === 0 ? '' : `; ${mute} cannot match here`}.`,
  );
}

const heads = ['RULE', 'DOES', 'NOISE', 'FINDINGS', 'LAST EVENT', 'TENANTS', 'NOTE'];
/** Columns as wide as what stands in them, below their heads; nothing where there are no rows. */
function table(rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => (column === heads.length - 1 ? 0 : Math.max(...all.map((row) => (row[column] ?? '').length))));
  return all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Rules that others wrote have an id in place of a name: nobody knows them by that alone. */
function noteOn({ rule, title, cannotMatch }: Pick<LoadedRule, 'rule' | 'title' | 'cannotMatch'>): string {
  const named = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(rule) ? clean(title, 60) : '';
  const why = cannotMatch === undefined ? '' : `cannot match here: ${plain(cannotMatch)}`;
  return [named, why].filter((part) => part !== '').join('; ');
}

/** What `promote` says before it asks. */
export function figuresOf(rule: LoadedRule, look: Look, now: number): { readonly lines: readonly string[]; readonly short: string } {
  const noise = look.figures.get(rule.rule);
  const loud = look.tenants
    .map(({ name, rows, users }) => ({ name, noise: noiseFigures([{ rows, users }], now).get(rule.rule) }))
    .filter((one) => (one.noise?.findings ?? 0) > 0)
    .sort((a, b) => (b.noise?.findings ?? 0) - (a.noise?.findings ?? 0));
  const short = `${noise?.findings ?? 0} findings in 30 days in ${loud.length} of ${look.tenants.length} tenants, ${figureText(noise)}`;
  return {
    short,
    lines: [
      `${rule.title} (${rule.rule}, ${rule.campaign}); its pack says: ${rule.effect}.`,
      `${short}${noise === undefined ? '' : `; ${noise.total} since counting began, the last on ${noise.last}`}.`,
      ...loud.slice(0, 5).map((one) => `  ${one.name}: ${one.noise?.findings} findings, ${figureText(one.noise)}`),
      ...(rule.cannotMatch === undefined ? [] : [`It cannot match here: ${plain(rule.cannotMatch)}.`]),
      ...(noise === undefined && rule.cannotMatch === undefined
        ? ['It never spoke where it was counted: that says nothing about how it will.']
        : []),
    ],
  };
}
