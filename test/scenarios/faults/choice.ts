// Which calls of a story are spoilt, and how: each kind of call once in each way, or, with FAULTS=all, every call in every way. Used by the fault scenarios.
import { type FaultKind, kindsOf, type NumberedCall } from '../../support/fault-calls.ts';

export const all = process.env['FAULTS'] === 'all';

/** Calls of one kind differ in names and ids only. */
const kindOfCall = ({ what, over }: NumberedCall): string => {
  const kind = what.replaceAll(/[0-9a-f-]{12,}|\d+/g, '#');
  return over === 'http' ? kind : kind.slice(0, 22);
};

/** Statuses, ways to throttle and ends in mid-body take turns from call to call: the clients treat them alike. */
const turns: readonly (readonly FaultKind[])[] = [
  ['500', '502', '503', '504'],
  ['throttled', 'throttled-seconds', 'throttled-date'],
  ['stall', 'cut'],
];
function kindsInTurn(call: NumberedCall, turn: number): FaultKind[] {
  return kindsOf(call).filter((kind) => turns.every((group) => !group.includes(kind) || group[turn % group.length] === kind));
}

interface Choice {
  readonly number: number;
  readonly kind: FaultKind;
  /** For titles of tests. */
  readonly what: string;
}
/** @param seen kinds of calls that an earlier story has shown already, by what they are called; takes up those of this one */
export function chosenFaults(calls: readonly NumberedCall[], seen = new Set<string>()): Choice[] {
  return calls.flatMap((call) => {
    const { number } = call;
    const name = kindOfCall(call);
    const kinds = all ? kindsOf(call) : seen.has(name) ? [] : kindsInTurn(call, seen.size);
    seen.add(name);
    return kinds.map((kind) => ({ number, kind, what: call.what.slice(0, 72) }));
  });
}
