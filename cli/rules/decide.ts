// `tenant-guard rules promote|stage|reset RULE`: what a rule's findings do in this installation, whatever its pack says. Figures first, then a question, then a row that keeps who decided.
// Called by commands/rules.ts.
import type { RuleStage } from '../../src/contracts/doubt.ts';
import { nearest } from '../../src/detect/sigma/nearest.ts';
import { decideStage } from '../../src/rounds/stages.ts';
import { agreed, RulesError, type RulesTools } from './deps.ts';
import { figuresOf, lookAt } from './noise.ts';

const questions = {
  alert: 'Let it alert from now on?',
  staged: 'Stage it, so that it counts and alerts nobody?',
  pack: 'Do again what its pack says?',
} as const;
const done = {
  alert: 'alerts from the next rounds on, within a minute. What it found before stays as it was.',
  staged: 'is staged within a minute: it counts, and the weekly digest tells of it.',
  pack: 'does again what its pack says, within a minute.',
} as const;

export async function decide(tools: RulesTools, name: string | undefined, effect: RuleStage['effect'], reason: string): Promise<boolean> {
  const { store, clock, terminal } = tools;
  const rules = (await tools.rules()).filter(({ speaks }) => speaks);
  const rule = rules.find((one) => one.rule === name);
  if (name === undefined) throw new RulesError('Name the rule: tenant-guard rules shows them.');
  if (rule === undefined) {
    const close = nearest(
      name,
      rules.map((one) => one.rule),
    );
    const hint = close === undefined ? 'tenant-guard rules list names those that spoke.' : `Did you mean ${close}?`;
    throw new RulesError(`There is no rule ${JSON.stringify(name.slice(0, 80))}. ${hint}`);
  }
  if (rule.effect !== 'alert' && rule.effect !== 'staged')
    throw new RulesError(
      `${rule.rule} is a ${rule.effect === 'note' ? 'note on other cases' : 'list of who was targeted'}: it cannot alert, nor be staged.`,
    );
  const look = await lookAt(tools);
  const figures = figuresOf(rule, look, clock.now());
  for (const line of figures.lines) terminal.out(line);
  const stored = (await store.stages.all()).find(({ value }) => value.rule === rule.rule);
  const before = stored?.value.effect ?? 'pack';
  if (before === effect || (before === 'pack' && effect === rule.effect)) {
    terminal.out('It does so already: nothing was changed.');
    return true;
  }
  if (!(await agreed(tools, questions[effect]))) {
    terminal.out('Nothing was changed.');
    return false;
  }
  await decideStage(tools, {
    rule: rule.rule,
    effect,
    by: { name: await tools.who(), via: 'command' },
    reason,
    figures: figures.short,
    expected: stored,
  });
  terminal.out(`${rule.rule} ${done[effect]}`);
  return true;
}

/** Who decided what about which rule, oldest first. */
export async function history({ store, terminal }: RulesTools): Promise<void> {
  const changes = (await store.stages.all()).flatMap(({ value }) => value.changes.map((change) => ({ rule: value.rule, ...change })));
  for (const { at, rule, effect, by, reason, figures } of changes.sort((a, b) => a.at - b.at))
    terminal.out(
      `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC  ${rule}  ${effect}  ${by.name}: ${reason} (${figures})`,
    );
  if (changes.length === 0) terminal.out('Nobody decided anything: every rule does what its pack says.');
}
