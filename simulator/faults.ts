// What can be broken on purpose, beside whole feeds: single requests, by tenant and handler, from the nth on and so many of them. Set by the controls, by the console's local panel and by tests; asked by dispatch.ts.

/** Every kind with its sentence for people. */
export const faultTitles = {
  throttled: '429 without Retry-After',
  'throttled-seconds': '429 with Retry-After in seconds',
  'throttled-date': '429 with Retry-After as a date',
  'internal-error': '500',
  'bad-gateway': '502, with a page of HTML',
  unavailable: '503',
  'gateway-timeout': '504',
  reset: 'The connection breaks in mid-answer',
  slow: 'The answer takes seconds',
  silent: 'No answer at all',
  'token-revoked': 'The access token is revoked (401 with a claims challenge)',
  'consent-withdrawn': 'The consent to the calling application is withdrawn',
  'permission-missing': '403: the permission is missing',
  'no-p1': '403: no Entra ID P1',
  'no-p2': '403: no Entra ID P2',
  'no-mailbox': '404: the mailbox has no licence',
  'audit-off': 'Unified auditing is switched off',
  'not-subscribed': 'Audit subscriptions are not started',
  'cmdlet-missing': 'The role holds no such cmdlet',
  duplicates: 'Every record comes twice',
  'moving-pages': 'New records appear between two pages',
  changing: 'Records change after they were first read',
  'delta-replays': 'Delta queries tell changes of the last day again, and one twice',
  'delta-sparse': 'Delta queries tell only the properties that changed',
  'delta-forgets': 'Delta queries leave changes out',
  'delta-reset': '410: delta queries know the changes no longer',
  late: 'Half of the new records come up to a day late',
  'wrong-clock': 'The services’ clocks are four minutes slow, for all tenants',
  limits: 'The published limits are enforced, for all tenants',
} as const;
export type RequestFaultKind = keyof typeof faultTitles;
export const requestFaultKinds = Object.keys(faultTitles) as [RequestFaultKind, ...RequestFaultKind[]];

export interface RequestFault {
  readonly kind: RequestFaultKind;
  /** Absent: every tenant. */
  readonly tenant?: string | undefined;
  /** A handler's id, or how it begins (`graph.`); absent: every guarded service. */
  readonly handler?: string | undefined;
  /** So many fitting requests pass before. Default 0. */
  readonly after?: number | undefined;
  /** So many are struck then. Default: all, until it is taken away. */
  readonly count?: number | undefined;
  /** Retry-After, or how long a slow answer takes. Default 10. */
  readonly seconds?: number | undefined;
}
export interface StandingFault extends RequestFault {
  readonly id: string;
  readonly struck: number;
}

/** A fault's turn at a request. */
export interface Turn {
  readonly fault: RequestFault;
  /** What it changed beyond this one answer is put right when it is taken away. */
  whenOver(mend: () => void): void;
}
/** What came of a turn: `nothing` is not counted; `struck` is, and the next fault has its turn too; `ended` is the last. */
type Blow = 'nothing' | 'struck' | 'ended';
interface MetRequest {
  readonly handler: string;
  readonly tenant: string;
  /** Which faults can do something to such a request at all. The others do not meet it, and it is not among those that pass before. */
  concerns(kind: RequestFaultKind): boolean;
}

export interface FaultBoard {
  set(fault: RequestFault): StandingFault;
  /** Without an id: all. Mends what they changed. */
  clear(id?: string): void;
  list(): readonly StandingFault[];
  /** Every fault that stands for this request has its turn, in the order in which they were set; those are counted that did something. */
  strike(request: MetRequest, attempt: (turn: Turn) => Blow): void;
}

interface Entry {
  readonly fault: RequestFault;
  readonly mends: (() => void)[];
  met: number;
  struck: number;
}

/** What one request switches on for all that follow, so that faults set later strike too. */
const lasting: ReadonlySet<RequestFaultKind> = new Set(['late', 'wrong-clock', 'limits']);

/** Whether somebody may look and act: broken with everything else, the console would show nobody what became of it. Named by its id it is struck too. */
const spared: ReadonlySet<string> = new Set(['graph.users.checkMemberGroups']);

export function createFaultBoard(): FaultBoard {
  const standing = new Map<string, Entry>();
  let made = 0;
  const shown = ([id, { fault, struck }]: [string, Entry]): StandingFault => ({ ...fault, id, struck });
  return {
    set(fault) {
      made += 1;
      const entry: Entry = { fault: lasting.has(fault.kind) ? { count: 1, ...fault } : fault, mends: [], met: 0, struck: 0 };
      standing.set(`fault-${made}`, entry);
      return shown([`fault-${made}`, entry]);
    },
    clear(id) {
      for (const one of id === undefined ? [...standing.keys()] : [id]) {
        const entry = standing.get(one);
        standing.delete(one);
        for (const mend of entry?.mends ?? []) mend();
      }
    },
    list: () => [...standing].map(shown),
    strike({ handler, tenant, concerns }, attempt) {
      for (const entry of standing.values()) {
        const { fault } = entry;
        if (fault.tenant !== undefined && fault.tenant !== tenant) continue;
        if (fault.handler !== undefined && handler !== fault.handler && !(fault.handler.endsWith('.') && handler.startsWith(fault.handler)))
          continue;
        if ((fault.handler !== handler && spared.has(handler)) || !concerns(fault.kind)) continue;
        entry.met += 1;
        if (entry.met <= (fault.after ?? 0) || entry.struck >= (fault.count ?? Number.POSITIVE_INFINITY)) continue;
        const blow = attempt({ fault, whenOver: (mend) => void entry.mends.push(mend) });
        if (blow !== 'nothing') entry.struck += 1;
        if (blow === 'ended') return;
      }
    },
  };
}
