// Sigma filters, by the specification: rules, logsource, selections and condition of a document with `filter:`.
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../src/contracts/activity.ts';
import type { CampaignManifest } from '../../../src/contracts/campaign.ts';
import { createRulebook, type RuleSet } from '../../../src/detect/sequences/rulebook.ts';
import { compile } from '../../../src/detect/sigma/engine.ts';
import { parseRules } from '../../../src/detect/sigma/parse.ts';

const rule = (name: string, more = ''): string => `title: ${name}
id: id-${name}
name: ${name}
logsource: { product: azure, service: signinlogs }
detection:
  selection: { appDisplayName: OfficeHome }
  condition: selection
level: low${more}`;
const filter = (
  rules: string,
  { selection = 'userPrincipalName|startswith: adm_', source = '{ product: azure, service: signinlogs }' } = {},
): string =>
  `title: Administrators
logsource: ${source}
filter:
  rules: ${rules}
  selection: { ${selection} }
  condition: not selection`;
const set = (file: string, ...documents: string[]): RuleSet => ({
  manifest: undefined,
  rules: parseRules(documents.join('\n---\n'), file),
});

function names(sets: readonly RuleSet[], userPrincipalName: string): { fired: string[]; problems: string[] } {
  const book = createRulebook(sets);
  const engine = compile([...book.rules.values()].map((booked) => booked.rule));
  const activity: Activity = {
    id: 'signin:1',
    tenant: 't',
    feed: 'export',
    time: Date.UTC(2026, 0, 5),
    subject: 'user:1',
    views: [{ shape: 'sign-in', record: { appDisplayName: 'OfficeHome', userPrincipalName } }],
  };
  return { fired: engine.match(activity, {}).map((match) => match.rule.name ?? ''), problems: book.problems.map(({ message }) => message) };
}

describe('a Sigma filter', () => {
  it('takes matches away from the rules that it names, by id or name, and from no others', () => {
    for (const reference of ['[one]', '[id-one]', 'one']) {
      const sets = [set('r.yml', rule('one'), rule('two'), filter(reference))];
      expect(names(sets, 'adm_ann@contoso.example').fired).toEqual(['two']);
      expect(names(sets, 'bo@contoso.example').fired.sort()).toEqual(['one', 'two']);
    }
  });
  it.each(['any', 'all', '[]'])('%s stands for every rule of its log source', (rules) => {
    expect(names([set('r.yml', rule('one'), rule('two'), filter(rules))], 'adm_ann@contoso.example').fired).toEqual([]);
  });
  it('applies to its log source only; what it leaves out may be anything, and spellings of one log are one', () => {
    const fired = (source: string) => names([set('r.yml', rule('one'), filter('any', { source }))], 'adm_ann@contoso.example').fired;
    expect(fired('{ product: azure }')).toEqual([]);
    expect(fired('{ product: entra, service: SignIn }')).toEqual([]);
    expect(fired('{ product: azure, service: auditlogs }')).toEqual(['one']);
    expect(fired('{ product: azure, service: signinlogs, category: other }')).toEqual(['one']);
  });
  it('several filters join one rule without mixing up their selections', () => {
    const sets = [set('r.yml', rule('one'), filter('one'), filter('one', { selection: 'userPrincipalName|endswith: .invalid' }))];
    expect(names(sets, 'adm_ann@contoso.example').fired).toEqual([]);
    expect(names(sets, 'bo@contoso.invalid').fired).toEqual([]);
    expect(names(sets, 'bo@contoso.example').fired).toEqual(['one']);
  });
  it('in a pack reaches that pack only; brought by path it reaches all', () => {
    const manifest = { id: 'stranger' } as CampaignManifest;
    const stranger: RuleSet = { ...set('s.yml', rule('two'), filter('any')), manifest };
    expect(
      names([{ ...set('r.yml', rule('one')), manifest: { id: 'ours' } as CampaignManifest }, stranger], 'adm_a@contoso.example').fired,
    ).toEqual(['one']);
    expect(names([stranger, { ...set('p.yml', filter('two')) }], 'adm_a@contoso.example').fired).toEqual([]);
  });
  it.each([
    ['an unknown rule', filter('[three]'), 'names "three", which is no rule here'],
    [
      'a rule of another log',
      filter('[one]', { source: '{ product: azure, service: auditlogs }', selection: 'activityDisplayName: x' }),
      'whose log source is another one',
    ],
    [
      'a field that no record has',
      filter('any', { selection: 'NoSuchField: x' }),
      'is left out: sign-in records have no field "NoSuchField"',
    ],
    ['what linear time cannot match', filter('any', { selection: "userAgent|re: '(?=x)'" }), 'is left out: its regular expression'],
  ])('says so where it names %s, and the rules stand without it', (_, text, problem) => {
    const { fired, problems } = names([set('r.yml', rule('one'), text)], 'adm_ann@contoso.example');
    expect(fired).toEqual(['one']);
    expect(problems[0]).toContain(problem);
  });
});
