// Which page is shown, and what is known for it: address, state, notices. Polls; every change ends in one draw. Started by main.ts.
import { html, type TemplateResult } from 'lit';
import type { ConsoleState, IncidentDetail, RulesDetail, TargetedRow, TenantDetail } from '../src/contracts/console.ts';
import { type Api, RefusedError } from './api.ts';
import { createDrafts, draftOf } from './drafts.ts';
import type { SignIn } from './sign-in.ts';
import { frame, insteadOf } from './views/frame.ts';
import { incidentPage } from './views/incident.ts';
import { overviewPage } from './views/overview.ts';
import { rulesPage } from './views/rules.ts';
import { tenantPage } from './views/tenant.ts';
import { welcomePage } from './views/welcome.ts';

export type Page = TemplateResult;

export interface Notice {
  readonly intent: 'success' | 'warning' | 'error' | 'info';
  readonly text: string;
}

/** What the views may do; each ends in a fresh look at the state. */
export interface Actions {
  /** `done`: what is said once it worked. One at a time: while an answer is awaited, further presses are not sent. */
  post(path: string, body: unknown, done: string | ((answer: unknown) => Notice)): Promise<void>;
  signIn(): void;
  signOut(): void;
  say(notice: Notice | undefined): void;
}

const pollMs = 2000;
/** Good news is read once and then in the way. */
const noticeMs = 10_000;

interface Known {
  state?: ConsoleState;
  /** When the guard answered last, epoch ms. */
  answeredAt?: number;
  detail?: IncidentDetail;
  tenant?: TenantDetail;
  rules?: RulesDetail;
  /** Why the incident that the address names cannot be shown. */
  instead?: string;
  targeted: ReadonlyMap<string, readonly TargetedRow[]>;
  attacks: Awaited<ReturnType<Api['attacks']>>;
  faults: Awaited<ReturnType<Api['faults']>>;
  notice?: (Notice & { readonly until: number }) | undefined;
  lost?: string | undefined;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `#/incidents/{tenant}/{id}` -> its two parts; anything else is the overview. */
export function incidentOf(hash: string): { tenant: string; id: string } | undefined {
  const match = /^#\/incidents\/([0-9a-f-]{36})\/([0-9a-f]{1,64})$/.exec(hash);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { tenant: match[1], id: match[2] };
}

/** `#/tenants/{tenant}` -> its id; anything else is none. */
export const tenantOf = (hash: string): string | undefined => /^#\/tenants\/([0-9a-f-]{36})$/.exec(hash)?.[1];

/** `#/tenants/{tenant}/rules` -> its id; anything else is none. */
export const rulesOf = (hash: string): string | undefined => /^#\/tenants\/([0-9a-f-]{36})\/rules$/.exec(hash)?.[1];

/** `#/` or none; every other address that names no page is a mistake, which must not read as "nothing there". */
export const isOverview = (hash: string): boolean => /^(?:#\/?)?$/.test(hash);

export async function startApp({ draw, signIn, api }: { draw: (page: Page) => void; signIn: SignIn; api: Api }): Promise<void> {
  const known: Known = { targeted: new Map(), attacks: [], faults: { kinds: [], standing: [] } };
  const drafts = createDrafts(signIn.draft);
  let opened = '';
  let looks = 0;
  let posting = false;

  const say = (notice: Notice | undefined): void => {
    known.notice = notice && { ...notice, until: notice.intent === 'success' ? Date.now() + noticeMs : Number.POSITIVE_INFINITY };
    show();
  };
  const actions: Actions = {
    async post(path, body, done) {
      if (posting) return;
      posting = true;
      say({ intent: 'info', text: 'Sent. Waiting for the guard…' });
      try {
        const answer = await api.post(path, body);
        say(typeof done === 'string' ? { intent: 'success', text: done } : done(answer));
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'fresh-sign-in')
          return await signIn.begin({
            fresh: true,
            say: 'You have signed in again. Nothing was changed yet: press once more.',
            draft: draftOf(path, body),
          });
        say({ intent: 'error', text: textOf(error) });
      } finally {
        posting = false;
      }
      await look();
    },
    signIn: () => void signIn.begin().catch(lost),
    signOut: () => void signIn.end().catch(lost),
    say,
  };

  function lost(error: unknown): void {
    known.lost = textOf(error);
    show();
  }

  function pageOf(state: ConsoleState): TemplateResult {
    const place = incidentOf(location.hash);
    if (state.tenants.length === 0)
      return insteadOf(
        'You are not in the responder group of any tenant under guard. Ask an administrator to add you, then sign in again.',
      );
    const tenant = tenantOf(location.hash);
    if (tenant !== undefined) {
      if (known.instead !== undefined) return insteadOf(known.instead);
      return known.tenant?.tenant === tenant ? tenantPage(known.tenant) : html`<p class="loading">Reading the tenant…</p>`;
    }
    const ruled = rulesOf(location.hash);
    if (ruled !== undefined) {
      if (known.instead !== undefined) return insteadOf(known.instead);
      return known.rules?.tenant === ruled ? rulesPage({ detail: known.rules, actions }) : html`<p class="loading">Reading the rules…</p>`;
    }
    if (!isOverview(location.hash) && place === undefined)
      return insteadOf('There is no such page. The address may have been cut off on its way: “All incidents” leads to what is open.');
    if (place === undefined)
      return overviewPage({ state, targeted: known.targeted, attacks: known.attacks, faults: known.faults, actions });
    if (known.instead !== undefined) return insteadOf(known.instead);
    // An incident that became part of an older one is shown under its old address too.
    if (known.detail === undefined) return html`<p class="loading">Reading the incident…</p>`;
    const tenantName = state.tenants.find(({ tenant }) => tenant === place.tenant)?.name ?? place.tenant;
    return incidentPage({ detail: known.detail, tenantName, actions, drafts });
  }

  function show(): void {
    const { state } = known;
    if (state === undefined) {
      draw(welcomePage({ actions, problem: known.lost }));
      return;
    }
    if ((known.notice?.until ?? 0) < Date.now()) known.notice = undefined;
    const open = state.incidents.filter(({ status }) => status === 'open').length;
    document.title = open === 0 ? 'Tenant Guard' : `(${open}) Tenant Guard`;
    draw(
      frame({
        body: pageOf(state),
        person: state.person.name,
        notice: known.notice,
        lost: known.lost,
        actions,
        inside: state.tenants.length > 0 && !isOverview(location.hash),
      }),
    );
  }

  async function readIncident({ tenant, id }: { tenant: string; id: string }, current: () => boolean): Promise<void> {
    try {
      const detail = await api.incident(tenant, id);
      if (!current()) return;
      known.detail = detail;
      delete known.instead;
    } catch (error) {
      if (!(error instanceof RefusedError) || (error.status !== 403 && error.status !== 404)) throw error;
      if (current()) known.instead = error.message;
      return;
    }
    const revision = `${id}:${known.detail.incident.revision}`;
    if (revision === opened) return;
    // A webhook's card counts as seen only when somebody opened it: this tells so, once per state.
    await api.post(`tenants/${tenant}/incidents/${id}/opened`, {});
    opened = revision;
  }

  async function readPage<T>(read: Promise<T>, current: () => boolean, keep: (page: T) => void): Promise<void> {
    try {
      const page = await read;
      if (!current()) return;
      keep(page);
      delete known.instead;
    } catch (error) {
      if (!(error instanceof RefusedError) || (error.status !== 403 && error.status !== 404)) throw error;
      if (current()) known.instead = error.message;
    }
  }
  const readTenant = (tenant: string, current: () => boolean): Promise<void> =>
    readPage(api.tenant(tenant), current, (page) => {
      known.tenant = page;
    });
  const readRules = (tenant: string, current: () => boolean): Promise<void> =>
    readPage(api.rules(tenant), current, (page) => {
      known.rules = page;
    });

  async function readOverview(state: ConsoleState): Promise<void> {
    known.targeted = new Map(await Promise.all(state.tenants.map(async ({ tenant }) => [tenant, await api.targeted(tenant)] as const)));
    if (!signIn.config.local) return;
    if (known.attacks.length === 0) known.attacks = await api.attacks();
  }

  async function look(): Promise<void> {
    const mine = ++looks;
    // An answer that was overtaken by a newer look, or belongs to a page that was left, is old.
    const current = (): boolean => mine === looks;
    try {
      // First, as what is broken on purpose may be what the rest needs.
      if (signIn.config.local && isOverview(location.hash)) known.faults = await api.faults();
      const state = await api.state();
      if (current()) known.state = state;
      const place = incidentOf(location.hash);
      const tenant = tenantOf(location.hash);
      const ruled = rulesOf(location.hash);
      if (state.tenants.length > 0)
        await (place !== undefined
          ? readIncident(place, current)
          : tenant !== undefined
            ? readTenant(tenant, current)
            : ruled !== undefined
              ? readRules(ruled, current)
              : readOverview(state));
      known.answeredAt = Date.now();
      known.lost = undefined;
    } catch (error) {
      if (error instanceof RefusedError && error.status === 401) {
        delete known.state;
        delete known.detail;
        delete known.tenant;
        delete known.rules;
        known.lost = error.message;
      } else {
        const since =
          known.answeredAt === undefined ? '' : ` What you see is from ${new Date(known.answeredAt).toISOString().slice(11, 16)} UTC.`;
        known.lost = `${textOf(error)}${since} It is tried again every few seconds.`;
      }
    }
    show();
  }

  if ((await signIn.token()) === undefined) {
    draw(welcomePage({ actions, problem: undefined }));
    return;
  }
  draw(html`<p class="loading">Reading…</p>`);
  addEventListener('hashchange', () => {
    known.notice = undefined;
    delete known.detail;
    delete known.instead;
    show();
    void look();
  });
  await look();
  if (signIn.said !== undefined) say({ intent: 'info', text: signIn.said });
  const again = (): void => {
    setTimeout(() => void (document.hidden ? Promise.resolve() : look()).then(again), pollMs);
  };
  again();
}
