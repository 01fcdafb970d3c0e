// One day of one tenant while it is generated. Used by worlds/ordinary.ts and ordinary-events.ts.
import { signInRecord } from '../records/sign-in.ts';
import { signInExtras } from '../records/sign-in-audit.ts';
import { unifiedRecord } from '../records/unified-audit.ts';
import type { TenantState } from '../tenant-state.ts';
import type { App, Browser, Network } from './catalogue.ts';
import type { Person } from './people.ts';
import { guid } from './random.ts';

export interface OrdinaryRecord {
  readonly time: number;
  readonly record: Readonly<Record<string, unknown>>;
}
export interface OrdinaryDay {
  readonly signIns: readonly OrdinaryRecord[];
  readonly directoryAudits: readonly OrdinaryRecord[];
  readonly unifiedAudit: readonly OrdinaryRecord[];
  readonly riskDetections: readonly OrdinaryRecord[];
  readonly securityAlerts: readonly OrdinaryRecord[];
  /** What the day changes in the directory. */
  readonly effects: readonly { readonly time: number; readonly apply: (tenant: TenantState, time: number) => void }[];
}

export interface Setting {
  readonly tenant: { readonly id: string; readonly domain: string };
  readonly day: number;
  readonly seed: string;
  /** false: nobody begins to use a new phone on this day. */
  readonly newPhones?: boolean;
}

export interface Someone {
  readonly id: string;
  readonly displayName: string;
  readonly userPrincipalName: string;
}
export const userOf = (person: Person): Someone => ({
  id: person.id,
  displayName: `${person.given} ${person.surname}`,
  userPrincipalName: person.upn,
});

/** Collects what happens on one day; keys number its records, so that the same day gives the same ids. */
export class Day {
  readonly signIns: OrdinaryRecord[] = [];
  readonly directoryAudits: OrdinaryRecord[] = [];
  readonly unifiedAudit: OrdinaryRecord[] = [];
  readonly riskDetections: OrdinaryRecord[] = [];
  readonly securityAlerts: OrdinaryRecord[] = [];
  readonly effects: OrdinaryDay['effects'][number][] = [];
  readonly #setting: Setting;
  #count = 0;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  key(person: Person): string {
    this.#count += 1;
    return [this.#setting.seed, this.#setting.tenant.id, person.id, this.#setting.day, this.#count].join(' ');
  }

  signIn(
    person: Person,
    time: number,
    how: {
      app: App;
      resource: App;
      network: Network;
      browser: Browser;
      error?: number;
      managed: boolean;
      strong?: boolean;
      silent?: boolean;
    },
  ): void {
    const key = this.key(person);
    const user = userOf(person);
    const record = signInRecord({
      key,
      time,
      tenant: this.#setting.tenant.id,
      kind: how.silent ? 'nonInteractiveUser' : 'interactiveUser',
      user,
      app: how.app,
      resource: how.resource,
      network: how.network,
      browser: how.browser,
      ...(how.error !== undefined && { error: how.error }),
      ...(how.managed && { deviceId: guid(person.id, 'device') }),
      ...(how.strong && { secondFactor: 'Mobile app notification' }),
      session: guid(person.id, this.#setting.day, how.browser.browser),
    });
    this.signIns.push({ time, record });
    if (how.silent) return;
    const failed = how.error !== undefined;
    this.unifiedAudit.push({
      time,
      record: unifiedRecord({
        key,
        time,
        tenant: this.#setting.tenant.id,
        operation: failed ? 'UserLoginFailed' : 'UserLoggedIn',
        workload: 'AzureActiveDirectory',
        recordType: 15,
        user,
        address: how.network.address,
        objectId: how.resource.id,
        more: signInExtras(record, how.app, how.browser, this.#setting.tenant.id),
      }),
    });
  }
}
