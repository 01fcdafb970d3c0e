import { describe, expect, it } from 'vitest';
import { labelOf, stepView } from '../../src/alert/step-view.ts';
import type { StepState } from '../../src/contracts/containment.ts';

const step: StepState = {
  id: 'block-sign-in',
  action: 'block-sign-in',
  label: 'Block sign-in',
  target: 'user:1',
  targetName: 'Marta Ferrer',
  after: [],
  parameters: {},
  status: 'done',
  result: { outcome: 'contained', detail: 'Sign-in is blocked.' },
};

describe('a step in words', () => {
  it('names whom it acts on only where the headline names somebody else', () => {
    expect(labelOf({ root: 'user:1' }, step)).toBe('Block sign-in');
    expect(labelOf({ root: 'app:2' }, step)).toBe('Block sign-in (Marta Ferrer)');
  });
  it('says how it ended, also for such a one', () => {
    expect(stepView({ root: 'app:2' }, step)).toMatchObject({ label: 'Block sign-in (Marta Ferrer)', mark: 'Done', tone: 'good' });
    const { result: _, ...waiting } = step;
    expect(stepView({ root: 'user:1' }, { ...waiting, status: 'waiting' }).mark).toBe('Waiting');
  });
});
