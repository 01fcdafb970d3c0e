// What a step's action is handed, and the state that the journal keeps of it. Used by execute.ts, undo-step.ts and verify.ts.
import type { StepState } from '../contracts/containment.ts';
import { parseSubject } from '../contracts/ids.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import type { ActionContext } from './action.ts';
import { insistentReads } from './insist.ts';
import type { ContainTools } from './tools.ts';

export const contextOf = (tools: ContainTools, scope: TenantScope, step: StepState): ActionContext => ({
  responder: insistentReads(tools, tools.connect(scope).responder),
  target: parseSubject(step.target),
  parameters: step.parameters,
});

/**
 * The object as it was before the step acted; undefined if it never came so far. A try that is repeated must not take its own change for it; a step that began anew wrote
 * its state again, which holds the earlier one.
 * `at`: when it was looked at, epoch ms. `actedAt`: when the service took the change, epoch ms, if it is known to have.
 */
export async function storedState(
  { store }: ContainTools,
  scope: TenantScope,
  containment: string,
  step: string,
): Promise<{ readonly value: unknown; readonly at: number; readonly actedAt: number | undefined } | undefined> {
  const lines = (await store.journal.entries(scope, containment)).filter((line) => line.step === step);
  const before = lines.findLast((line) => line.kind === 'state-before');
  const acted = lines.findLast((line) => line.kind === 'acted');
  return before && { value: before.data, at: Date.parse(before.at), actedAt: acted && Date.parse(acted.at) };
}

/** Throws if there is none: for a step that acted, one was written first. */
export async function stateBefore(
  tools: ContainTools,
  scope: TenantScope,
  containment: string,
  step: string,
): Promise<{ readonly value: unknown; readonly at: number }> {
  const stored = await storedState(tools, scope, containment, step);
  if (stored === undefined) throw new Error(`Step ${step} of containment ${containment} acted without a state before in the journal`);
  return stored;
}
