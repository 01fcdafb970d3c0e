// The context that any rule may test, computed field by field when a rule asks. Made by the detector, one per activity; what depends on a text alone is remembered by the text.
import type { Activity } from '../../contracts/activity.ts';
import type { Context } from '../../contracts/context.ts';
import type { DirectoryFacts, UserBaseline } from '../../contracts/detection.ts';
import type { IndicatorIndex } from '../indicators/indicator-index.ts';
import type { ReportedIndex } from '../indicators/reported.ts';
import { remember } from '../remember.ts';
import { type Browser, browserOf, browserOfDevice } from './browser.ts';
import { isFirst, isHabit, type Sighting } from './first-seen.ts';
import { monthKey, monthOf, woke } from './months.ts';
import { networkOf } from './network.ts';
import type { Observed } from './observed.ts';
import { type Outcome, outcomeOf, provesPassword } from './outcome.ts';
import { isPrivileged } from './roles.ts';
import { roleOfTitle, type TargetedRole } from './titles.ts';

export interface ContextSources {
  readonly indicators: IndicatorIndex;
  readonly enoughHistoryDays: number;
}
export interface AboutUser {
  readonly baseline: UserBaseline | undefined;
  readonly facts: DirectoryFacts | undefined;
  /** Nothing of the tenant's sign-ins can be read. */
  readonly signInsUnread: boolean | 'late';
  readonly reported?: ReportedIndex | undefined;
}
export interface ContextMaker {
  of(activity: Activity, observed: Observed, user: AboutUser): Context;
  /** What a successful sign-in teaches; undefined for everything else. */
  sighting(observed: Observed): Sighting | undefined;
}

export function createContextMaker({ indicators, enoughHistoryDays }: ContextSources): ContextMaker {
  const enough = enoughHistoryDays * 86_400_000;
  const browser = remember(browserOf);
  const device = remember((key: string): Browser => browserOfDevice(key.slice(0, key.indexOf('\n')), key.slice(key.indexOf('\n') + 1)));
  const network = remember(networkOf);
  const role = remember(roleOfTitle);
  const browserIn = (observed: Observed): Browser | undefined => {
    const agent = observed.userAgent;
    if (agent !== undefined) return browser(agent);
    const detail = observed.device;
    return detail === undefined ? undefined : device(`${detail.browser}\n${detail.system}`);
  };

  // Keys of baselines are remembered texts, not the record's own or made anew: looking up a property by a text that was used before costs a fraction.
  const browserKeys = remember(({ family, system }: Browser): readonly string[] => [`${family} on ${system}`]);
  const systemKey = remember((number: number) => `as:${number}`);
  const textKeys = remember((text: string): readonly string[] => [text]);

  const keysOf = (text: string | undefined) => (text === undefined ? undefined : textKeys(text));

  /** The keys under which the values of one record are remembered. */
  const values = {
    browser: (observed: Observed) => {
      if (observed.browserKeys !== undefined) return observed.browserKeys;
      const found = browserIn(observed);
      if (found !== undefined) observed.browserKeys = browserKeys(found);
      return observed.browserKeys;
    },
    country: (observed: Observed) => keysOf(observed.country),
    network: (observed: Observed) => {
      if (observed.networkKeys !== undefined) return observed.networkKeys;
      const number = observed.autonomousSystem;
      const address = observed.address;
      if (number !== undefined) observed.networkKeys = address === undefined ? [systemKey(number)] : [systemKey(number), network(address)];
      else if (address !== undefined) observed.networkKeys = [network(address)];
      return observed.networkKeys;
    },
    application: (observed: Observed) => keysOf(observed.applicationId),
  };
  // What programs do with a person's tokens is remembered apart: it must not make a thief's network look usual to the sign-ins of the person, who comes later.
  const byProgram = remember((key: string) => `program:${key}`);
  const seenBefore = (kind: keyof typeof values, observed: Observed): readonly string[] | undefined => {
    const keys = values[kind](observed);
    return keys === undefined || observed.signInKind !== 'nonInteractive' ? keys : [...keys, ...keys.map(byProgram)];
  };
  const taught = (kind: keyof typeof values, observed: Observed): readonly string[] | undefined => {
    const keys = values[kind](observed);
    if (observed.signInKind === 'nonInteractive') return keys?.map(byProgram);
    return kind === 'application' && observed.signInKind === 'application'
      ? [...(keys ?? []), monthKey(monthOf(observed.activity.time))]
      : keys;
  };

  class LazyContext implements Context {
    readonly #activity: Activity;
    readonly #user: AboutUser;
    readonly #observed: Observed;

    constructor(activity: Activity, observed: Observed, user: AboutUser) {
      this.#activity = activity;
      this.#user = user;
      this.#observed = observed;
    }

    get 'context.subject'(): string {
      return this.#activity.subject;
    }
    get 'context.actor'(): string {
      return this.#activity.actor ?? this.#activity.subject;
    }

    get 'context.signIn.kind'(): string | undefined {
      return this.#observed.signInKind;
    }
    get 'context.signIn.outcome'(): Outcome | undefined {
      return outcomeOf(this.#observed.errorCode);
    }
    get 'context.signIn.passwordKnown'(): boolean | undefined {
      return this.#observed.byToken ? false : provesPassword(this.#observed.errorCode);
    }

    get 'context.first.browser'(): boolean | undefined {
      return this.#first('browser');
    }
    get 'context.first.country'(): boolean | undefined {
      return this.#first('country');
    }
    get 'context.first.network'(): boolean | undefined {
      return this.#first('network');
    }
    get 'context.first.application'(): boolean | undefined {
      return this.#first('application');
    }
    get 'context.first.any'(): boolean | undefined {
      const all = (['browser', 'country', 'network', 'application'] as const).map((kind) => this.#first(kind));
      if (all.includes(true)) return true;
      return all.includes(undefined) ? undefined : false;
    }

    get 'context.habit.browser'(): boolean | undefined {
      return isHabit(this.#user.baseline, 'browser', seenBefore('browser', this.#observed), this.#activity);
    }
    get 'context.habit.network'(): boolean | undefined {
      return isHabit(this.#user.baseline, 'network', seenBefore('network', this.#observed), this.#activity);
    }
    get 'context.app.woke'(): boolean | undefined {
      return this.#observed.signInKind === 'application' ? woke(this.#user.baseline, this.#activity) : undefined;
    }
    get 'context.tenant.signInsUnread'(): boolean {
      return this.#user.signInsUnread === true;
    }

    get 'context.tenant.signInsLate'(): boolean {
      return this.#user.signInsUnread === 'late';
    }

    get 'context.mail.external'(): string[] {
      return this.#observed.externalDomains;
    }

    get 'context.user.title'(): string | undefined {
      return this.#user.facts?.title;
    }
    get 'context.user.role'(): TargetedRole | undefined {
      const title = this.#user.facts?.title;
      return title === undefined || title.trim() === '' ? undefined : role(title);
    }
    get 'context.user.privileged'(): boolean | undefined {
      return this.#user.facts?.privileged ?? isPrivileged(this.#user.facts?.roles);
    }
    get 'context.user.roles'(): readonly string[] | undefined {
      return this.#user.facts?.roles;
    }
    get 'context.user.synchronised'(): boolean | undefined {
      return this.#user.facts?.synchronised;
    }

    get 'context.network.asn'(): number | undefined {
      return this.#observed.autonomousSystem;
    }
    get 'context.network.owner'(): string | undefined {
      const number = this.#observed.autonomousSystem;
      return number === undefined ? undefined : indicators.networkOwner(number);
    }
    get 'context.browser.family'(): string | undefined {
      return browserIn(this.#observed)?.family;
    }
    get 'context.browser.system'(): string | undefined {
      return browserIn(this.#observed)?.system;
    }

    get 'context.indicator.userAgent'(): string[] | undefined {
      const agent = this.#observed.userAgent;
      return agent === undefined ? undefined : indicators.match('user-agent', agent, this.#activity.time);
    }
    get 'context.indicator.address'(): string[] | undefined {
      const address = this.#observed.address;
      if (address === undefined) return undefined;
      const published = indicators.address(address, this.#activity.time);
      const { reported } = this.#user;
      return reported === undefined ? published : [...published, ...reported.ids(address, this.#activity.time)];
    }
    get 'context.indicator.reported'(): string[] | undefined {
      const address = this.#observed.address;
      return address === undefined ? undefined : (this.#user.reported?.words(address, this.#activity.time) ?? []);
    }
    get 'context.indicator.network'(): string[] | undefined {
      const number = this.#observed.autonomousSystem;
      if (number === undefined) return undefined;
      const owner = indicators.networkOwner(number);
      const byOwner = owner === undefined ? [] : indicators.match('network-owner', owner, this.#activity.time);
      return [...new Set([...indicators.match('network', String(number), this.#activity.time), ...byOwner])];
    }
    get 'context.indicator.application'(): string[] | undefined {
      const id = this.#observed.applicationId;
      return id === undefined ? undefined : indicators.match('application', id, this.#activity.time);
    }
    get 'context.indicator.domain'(): string[] {
      const { domains, urls } = this.#observed;
      return union([
        ...domains.map((domain) => indicators.domain(domain, this.#activity.time)),
        ...urls.map((url) => indicators.match('url', url, this.#activity.time)),
      ]);
    }
    get 'context.indicator.name'(): string[] {
      return union(this.#observed.names.map((name) => indicators.match('application-name', name, this.#activity.time)));
    }
    get 'context.indicator.email'(): string[] {
      return union(this.#observed.emails.map((email) => indicators.match('email', email, this.#activity.time)));
    }

    #first(kind: 'browser' | 'country' | 'network' | 'application'): boolean | undefined {
      // Other records than sign-ins name applications and agents of another kind: only their network is comparable.
      if (this.#observed.signIn === undefined && kind !== 'network') return undefined;
      return isFirst(this.#user.baseline, kind, seenBefore(kind, this.#observed), this.#activity, enough);
    }
  }

  return {
    of: (activity, observed, user) => new LazyContext(activity, observed, user),
    sighting: (observed) => {
      if (observed.signIn === undefined || outcomeOf(observed.errorCode) !== 'success') return undefined;
      return {
        browser: taught('browser', observed),
        country: taught('country', observed),
        network: taught('network', observed),
        application: taught('application', observed),
      };
    },
  };
}

const union = (lists: readonly string[][]): string[] => [...new Set(lists.flat())];
