// What an action is: one change to one object of a tenant, that can be looked at before, done, read back and, where possible, undone. Implemented in actions/.
import type { z } from 'zod';
import type { SubjectKind } from '../contracts/ids.ts';
import type { Permission } from '../contracts/permission.ts';
import type { Connection } from '../tenants/connections.ts';

/** What an action works with: the responder's connection, and the step's target and parameters. */
export interface ActionContext {
  readonly responder: Connection;
  readonly target: { readonly kind: SubjectKind; readonly id: string };
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly why: string;
  /** What the responder should do instead. */
  readonly next: string;
}

export interface Before<State> {
  /** The object as it is: what undo restores. Goes to the journal: no mail content, no secrets. */
  readonly state: State;
  /** Set if there is nothing to do. */
  readonly already?: string;
  /** A guard says no. */
  readonly refused?: Refusal;
  /** What acting will do, for the rehearsal. */
  readonly wouldDo: string;
  /** What this step leaves open, in sentences. */
  readonly staysOpen?: readonly string[];
}

export interface Look {
  readonly seen: boolean;
  /** What was seen, one sentence. */
  readonly detail: string;
  /** Something to do that the state before does not hold came to light: looking on would never make it go, the step has to act once more. */
  readonly more?: boolean;
}

export interface UndoCheck {
  /** Set if the object is as it was before: nothing to restore. */
  readonly already?: string;
  /** Set if somebody changed the object since: both states, in words. */
  readonly conflict?: { readonly left: string; readonly found: string };
}

/** Restores what `before` stored. */
export interface Undo<State> {
  check(context: ActionContext, state: State): Promise<UndoCheck>;
  act(context: ActionContext, state: State): Promise<void>;
  look(context: ActionContext, state: State): Promise<Look>;
}
export interface NoUndo {
  readonly whyNot: string;
  readonly next: string;
}

export interface ActionDefinition<State> {
  /** Also the file's name and the anchor in the docs. */
  readonly id: string;
  readonly label: string;
  readonly summary: string;
  /** What it changes, as undo’s sentence names it: “sign-in”, “sessions”. */
  readonly object: string;
  readonly permissions: readonly Permission[];
  readonly target: SubjectKind;
  /** It deletes something: evidence is frozen first. */
  readonly removes: boolean;
  /** Doing it twice is not the same as doing it once: where the answer was lost, it is looked for before it is done again. */
  readonly once?: true;
  readonly state: z.ZodType<State>;
  /** Seconds after acting at which the change is looked for; after the last one it counts as unverified. */
  readonly schedule: readonly number[];
  /** Where a person does the same by hand. */
  portal(context: Pick<ActionContext, 'target'>): string;
  /** @param earlier the state that an earlier try of the same step began with: what it holds stays held */
  before(context: ActionContext, earlier?: State): Promise<Before<State>>;
  /** Must be safe to repeat: a worker may die between acting and writing that it acted. Throws ServiceError, or IncompleteError if only a part was done. */
  act(context: ActionContext, state: State): Promise<void>;
  /** @param actedAt epoch ms just before the service was asked to act */
  look(context: ActionContext, state: State, actedAt: number): Promise<Look>;
  readonly undo: Undo<State> | NoUndo;
}

/** An action whose state is checked where it comes back from the journal, so that all actions have one type. */
export type Action = ActionDefinition<unknown>;

/** Only a part of the change was done. */
export class IncompleteError extends Error {
  override readonly name = 'IncompleteError';
}

/** Ties the state's schema to the functions that take it. */
export function defineAction<State>(definition: ActionDefinition<State>): Action {
  const { state, undo } = definition;
  return {
    ...definition,
    before: (context, earlier) => definition.before(context, earlier === undefined ? undefined : state.parse(earlier)),
    act: (context, stored) => definition.act(context, state.parse(stored)),
    look: (context, stored, actedAt) => definition.look(context, state.parse(stored), actedAt),
    undo:
      'whyNot' in undo
        ? undo
        : {
            check: (context, stored) => undo.check(context, state.parse(stored)),
            act: (context, stored) => undo.act(context, state.parse(stored)),
            look: (context, stored) => undo.look(context, state.parse(stored)),
          },
  };
}

/** Directory replicas show a change after seconds, sometimes minutes. */
export const directorySchedule: readonly number[] = [1, 3, 5, 10, 30, 60, 120, 300, 600];
