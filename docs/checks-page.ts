// docs/checks.md: every rule that ships, with what it needs and what to do. Called by generate.ts.
import type { Campaign } from '../src/campaigns/load.ts';
import type { Feed } from '../src/collect/feed.ts';
import { feeds } from '../src/collect/feeds.ts';
import type { Shape } from '../src/contracts/activity.ts';
import { createDetector } from '../src/detect/detector.ts';
import type { SigmaCorrelation, SigmaRule } from '../src/detect/sigma/rule.ts';
import { techniquesOf } from '../src/detect/stage.ts';

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;
type Rule = SigmaRule | SigmaCorrelation;

const plans: Readonly<Record<Campaign['manifest']['response']['plan'], string>> = {
  contain: 'Contain',
  'sign-out': 'Sign out only',
  'disable-connector': 'Disable connector',
};

const shapesOfFeed = (feed: Feed): readonly Shape[] => (feed.kind === 'snapshot' ? [feed.shape] : (feed.shapes ?? []));
const feedName = ({ id, licence }: Feed): string => `\`${id}\`${licence === undefined ? '' : ` (${licence})`}`;

/** Every feed that brings records of a shape is enough for it. */
function feedRows(shapes: readonly Shape[]): string[][] {
  return [...new Set(shapes)].sort().map((shape) => {
    const bring = feeds.filter((feed) => shapesOfFeed(feed).includes(shape)).map(feedName);
    return [shape, bring.length === 0 ? 'no feed' : bring.join(', ')];
  });
}

/** What a finding of the rule asks of whoever reads it. */
function whatToDo({ guard: { effect } }: Rule, { response: { plan } }: Campaign['manifest'], speaks: boolean): string {
  if (!speaks) return 'nothing: a sequence counts it';
  if (effect === 'alert') return `judge the card, then ${plans[plan]}`;
  if (effect === 'targeted') return 'warn the people under “Targeted”; a new password where it is known';
  return effect === 'staged' ? 'nothing: it only counts' : 'nothing: a line on another incident';
}

const looksAt = (rule: Rule): string => (rule.kind === 'correlation' ? rule.type.replaceAll('_', ' ') : 'one record');

function section(campaign: Campaign, table: Table, needs: ReadonlyMap<string, { speaks: boolean; shapes: readonly Shape[] }>): string {
  const { manifest, rules, cases, indicators } = campaign;
  const { response } = manifest;
  const rows = rules
    .filter((rule): rule is Rule => rule.kind !== 'filter')
    .map((rule) => {
      const { speaks = true, shapes = [] } = needs.get(rule.key) ?? {};
      return [
        `\`${rule.key}\``,
        rule.title,
        rule.level ?? 'informational',
        rule.guard.sure ?? '',
        techniquesOf(rule).join(', '),
        `${looksAt(rule)}: ${[...shapes].sort().join(', ')}`,
        whatToDo(rule, manifest, speaks),
        rule.falsepositives.join('; '),
      ];
    });
  return `## ${manifest.id}

${manifest.title}. ${manifest.summary.trim()}

ATT&CK: ${manifest.attack.join(', ')} · ${cases.length} cases · ${indicators.length} indicators

What to do: **${plans[response.plan]}** ([actions.md](actions.md)).${response.note === undefined ? '' : ` ${response.note.trim()}`}

${table(['rule', 'what it finds', 'level', 'how sure', 'ATT&CK', 'reads', 'what to do', 'also seen when'], rows)}
`;
}

/** What `campaign test --mutate` may take away unnoticed, as the rules themselves say. */
const impliedRows = (campaigns: readonly Campaign[]): string[][] =>
  campaigns.flatMap(({ rules }) =>
    rules.flatMap(({ key, guard }) => guard.implied.map(({ without, why }) => [`\`${key}\``, `\`${without}\``, why])),
  );

/** The page's content, without the note that it is generated. */
export function checksPage(campaigns: readonly Campaign[], table: Table): string {
  const needs = new Map(
    createDetector({ campaigns })
      .rules()
      .map(({ rule, ...rest }) => [rule, rest]),
  );
  const all = [...needs.values()].flatMap(({ shapes }) => [...shapes]);
  return `
# Checks

Every rule that ships, by campaign. Content is in \`campaigns/\`, one folder each; \`npx tenant-guard campaign test\` runs its cases,
\`npx tenant-guard attack-layer\` draws what is covered for the ATT&CK Navigator. [writing-campaigns.md](writing-campaigns.md) tells how a campaign is made.

A level is what one finding weighs at most; the campaign's policy holds it down until a second stage confirms it. Kinds of record (the column “reads”), the feeds that bring them, and
the licence where a feed needs one: one feed of a kind is enough, and where none can be read coverage names the rules that are blind. [feeds.md](feeds.md) has their rights and delays.

${table(['kind of record', 'feeds that bring it'], feedRows(all))}

${campaigns.map((campaign) => section(campaign, table, needs)).join('\n')}
## Conditions that no case needs

Take any condition, alternative, group, threshold or indicator away from a rule that ships, and one of its cases fails; all but these, which the rules name with the reason
(\`implied\` under \`tenant-guard:\`). \`npx tenant-guard campaign test --mutate\` checks both.

${table(['rule', 'without', 'why no case can need it'], impliedRows(campaigns))}`;
}
