// The context that any rule may test, computed field by field when a rule asks. Made by the detector, one per activity; what depends on a text alone is remembered by the text.
import type { Activity } from '../../contracts/activity.ts';
import type { Context } from '../../contracts/context.ts';
import type { BaselineKind } from '../../contracts/detection.ts';
import { foreignIn } from '../indicators/feeds/foreign-in.ts';
import { remember } from '../remember.ts';
import { type AccountKind, accountKindOf } from './account-kind.ts';
import type { AboutUser, ContextMaker, ContextSources } from './context-maker.ts';
import { isFirst, isHabit } from './first-seen.ts';
import { createKeys } from './keys.ts';
import { KnownValues, type UserValues } from './known-values.ts';
import { brandsImitated, brandsNamed, mixesScripts } from './look-alike.ts';
import { momentOf } from './moments.ts';
import { monthsOfSilence, silentMonths } from './months.ts';
import type { NetworkKind } from './network-kind.ts';
import { createNetworkReader } from './network-reader.ts';
import type { Observed } from './observed.ts';
import { ageInDays, applicationIdsIn, identityIn } from './observed-app.ts';
import { type Outcome, outcomeOf, provesPassword } from './outcome.ts';
import { type AppIdentity, answersElsewhere, bearsForeignBrand } from './publisher.ts';
import { isPrivileged } from './roles.ts';
import { strongBefore } from './strong.ts';
import { roleOfTitle, type TargetedRole } from './titles.ts';
import { impossibleDistance, impossibleSpeed, reasonsOf, type Travel, type TravelReason, travelOf } from './travel.ts';
import { nothing, union } from './union.ts';

export function createContextMaker({ indicators, enoughHistoryDays, networks }: ContextSources): ContextMaker {
  const enough = enoughHistoryDays * 86_400_000;
  const keys = createKeys();
  const known = new KnownValues();
  const role = remember(roleOfTitle);
  const networkOf = createNetworkReader({ indicators, networks });
  const imitated = remember(brandsImitated);
  const named = remember(brandsNamed);

  class LazyContext implements Context {
    readonly #activity: Activity;
    readonly #user: AboutUser;
    readonly #observed: Observed;
    #identity: AppIdentity | undefined = undefined;
    #values: UserValues | undefined = undefined;
    #journey: { readonly travel: Travel | undefined } | undefined = undefined;

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
      return isHabit(this.#shown('browser'), this.#activity);
    }
    get 'context.habit.country'(): boolean | undefined {
      return isHabit(this.#shown('country'), this.#activity);
    }
    get 'context.habit.network'(): boolean | undefined {
      return isHabit(this.#shown('network'), this.#activity);
    }
    get 'context.habit.application'(): boolean | undefined {
      return isHabit(this.#shown('application'), this.#activity);
    }
    get 'context.app.woke'(): boolean | undefined {
      if (this.#observed.signInKind !== 'application') return this.#observed.signInKind === undefined ? undefined : false;
      const silent = this['context.app.silentMonths'];
      return silent === undefined ? undefined : silent >= silentMonths;
    }
    get 'context.app.silentMonths'(): number | undefined {
      return this.#observed.signInKind === 'application' ? monthsOfSilence(this.#user.baseline, this.#activity) : undefined;
    }
    get 'context.app.age'(): number | undefined {
      return ageInDays(this.#observed);
    }
    get 'context.app.imitates'(): readonly string[] {
      return union(this.#app.names.map((name) => imitated(name).map(({ id }) => id)));
    }
    get 'context.app.mixedScripts'(): boolean {
      return this.#app.names.some(mixesScripts);
    }
    get 'context.app.brand'(): readonly string[] {
      return union(this.#app.names.map((name) => [...named(name), ...imitated(name)].map(({ id }) => id)));
    }
    get 'context.app.foreignBrand'(): boolean | undefined {
      const app = this.#app;
      return bearsForeignBrand(
        app.names.flatMap((name) => [...named(name), ...imitated(name)]),
        app,
      );
    }
    get 'context.app.answersElsewhere'(): boolean | undefined {
      return answersElsewhere(this.#app);
    }

    get 'context.travel.kilometres'(): number | undefined {
      return this.#travel?.kilometres;
    }
    get 'context.travel.speed'(): number | undefined {
      return this.#travel?.speed;
    }
    get 'context.travel.explained'(): TravelReason[] | undefined {
      const travel = this.#travel;
      if (travel === undefined) return undefined;
      const there = networkOf.kindBy(momentOf(travel.from).networks);
      return reasonsOf(networkOf.kind(this.#observed), there, this['context.habit.network'] === true);
    }
    get 'context.travel.impossible'(): boolean | undefined {
      const travel = this.#travel;
      if (travel === undefined) return undefined;
      if (travel.kilometres < impossibleDistance || travel.speed < impossibleSpeed) return false;
      return this['context.travel.explained']?.length === 0;
    }
    get 'context.strong.sameNetwork'(): boolean | undefined {
      const here = keys.of('network', this.#observed)?.keys;
      if (here === undefined) return undefined;
      return strongBefore(this.#user.baseline, this.#activity, ({ networks: there }) => there.some((key) => here.includes(key)));
    }
    get 'context.strong.sameCountry'(): boolean | undefined {
      const here = this.#observed.country;
      if (here === undefined) return undefined;
      return strongBefore(this.#user.baseline, this.#activity, ({ country }) => country === here);
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
    get 'context.user.kind'(): AccountKind | undefined {
      const { subject, subjectName: account } = this.#activity;
      if (!subject.startsWith('user:') && !subject.startsWith('unresolved:')) return undefined;
      const facts = this.#user.facts;
      return accountKindOf({ account, displayName: facts?.name, title: facts?.title, roles: facts?.roles });
    }
    get 'context.user.human'(): boolean | undefined {
      const kind = this['context.user.kind'];
      return kind === undefined ? undefined : kind === 'person';
    }
    get 'context.user.synchronised'(): boolean | undefined {
      return this.#user.facts?.synchronised;
    }

    get 'context.network.asn'(): number | undefined {
      return networkOf.number(this.#observed);
    }
    get 'context.network.owner'(): string | undefined {
      return networkOf.owner(this.#observed);
    }
    get 'context.network.source'(): 'record' | 'table' | undefined {
      if (this.#observed.autonomousSystem !== undefined) return 'record';
      return networkOf.number(this.#observed) === undefined ? undefined : 'table';
    }
    get 'context.network.kind'(): NetworkKind | undefined {
      return networkOf.kind(this.#observed);
    }
    get 'context.network.hosting'(): boolean | undefined {
      const kind = networkOf.kind(this.#observed);
      return kind === undefined ? undefined : kind === 'hosting';
    }
    get 'context.browser.family'(): string | undefined {
      return keys.browserIn(this.#observed)?.family;
    }
    get 'context.browser.system'(): string | undefined {
      return keys.browserIn(this.#observed)?.system;
    }

    get 'context.indicator.userAgent'(): readonly string[] | undefined {
      const agent = this.#observed.userAgent;
      return agent === undefined ? undefined : indicators.match('user-agent', agent, this.#activity.time);
    }
    get 'context.indicator.address'(): readonly string[] | undefined {
      const address = this.#observed.address;
      if (address === undefined) return undefined;
      const published = indicators.address(address, this.#activity.time);
      const { reported } = this.#user;
      return reported === undefined ? published : [...published, ...reported.ids(address, this.#activity.time)];
    }
    get 'context.indicator.reported'(): readonly string[] | undefined {
      const address = this.#observed.address;
      return address === undefined ? undefined : (this.#user.reported?.words(address, this.#activity.time) ?? []);
    }
    get 'context.indicator.feed'(): readonly string[] {
      return foreignIn(this.#user.foreign, this.#observed);
    }
    get 'context.indicator.listed'(): readonly string[] {
      const { foreign } = this.#user;
      return foreign === undefined ? [] : foreignIn(foreign, this.#observed).map(foreign.words);
    }
    get 'context.indicator.network'(): readonly string[] | undefined {
      const number = networkOf.number(this.#observed);
      if (number === undefined) return undefined;
      const owner = networkOf.owner(this.#observed);
      const byOwner = owner === undefined ? nothing : indicators.match('network-owner', owner, this.#activity.time);
      return union([indicators.match('network', String(number), this.#activity.time), byOwner]);
    }
    get 'context.indicator.application'(): readonly string[] | undefined {
      const ids = applicationIdsIn(this.#observed);
      return ids.length === 0 ? undefined : union(ids.map((id) => indicators.match('application', id, this.#activity.time)));
    }
    get 'context.indicator.domain'(): readonly string[] {
      const { domains, urls } = this.#observed;
      if (domains.length === 0 && urls.length === 0) return nothing;
      return union([
        ...domains.map((domain) => indicators.domain(domain, this.#activity.time)),
        ...urls.map((url) => indicators.match('url', url, this.#activity.time)),
      ]);
    }
    get 'context.indicator.name'(): readonly string[] {
      return union(this.#observed.names.map((name) => indicators.match('application-name', name, this.#activity.time)));
    }
    get 'context.indicator.email'(): readonly string[] {
      return union(this.#observed.emails.map((email) => indicators.match('email', email, this.#activity.time)));
    }

    /** Several fields ask for the same. */
    get #app(): AppIdentity {
      this.#identity ??= identityIn(this.#observed);
      return this.#identity;
    }
    get #travel(): Travel | undefined {
      if (this.#observed.signIn === undefined) return undefined;
      this.#journey ??= { travel: travelOf(this.#user.baseline?.moments, this.#activity, this.#observed.coordinates) };
      return this.#journey.travel;
    }

    #first(kind: BaselineKind): boolean | undefined {
      // Other records than sign-ins name applications and agents of another kind: only their network is comparable.
      if (this.#observed.signIn === undefined && kind !== 'network') return undefined;
      return isFirst(this.#shown(kind), this.#activity, enough);
    }

    #shown(kind: BaselineKind) {
      const { baseline } = this.#user;
      if (baseline !== undefined) this.#values ??= known.of(this.#activity.subject, baseline.seen);
      return { baseline, values: this.#values, kind, set: keys.before(kind, this.#observed) };
    }
  }

  return {
    known,
    of: (activity, observed, user) => new LazyContext(activity, observed, user),
    sighting: (observed) => {
      if (observed.signIn === undefined || outcomeOf(observed.errorCode) !== 'success') return undefined;
      return keys.taught(observed);
    },
  };
}
