// Which page is shown, and what is known for it: address, state, notices. Polls; every change ends in one draw.
import { html, type TemplateResult } from 'lit';
import type { ConsoleState, IncidentDetail, TargetedRow } from '../src/contracts/console.ts';
import { type Api, RefusedError } from './api.ts';
import type { SignIn } from './sign-in.ts';
import { frame } from './views/frame.ts';
import { incidentPage } from './views/incident.ts';
import { overviewPage } from './views/overview.ts';
import { welcomePage } from './views/welcome.ts';

export type Page = TemplateResult;

export interface Notice {
  readonly intent: 'success' | 'warning' | 'error' | 'info';
  readonly text: string;
}

/** What the views may do; each ends in a fresh look at the state. */
export interface Actions {
  post(path: string, body: unknown, done: string): Promise<void>;
  signIn(): void;
  signOut(): void;
  say(notice: Notice | undefined): void;
}

const pollMs = 2000;

interface Known {
  state?: ConsoleState;
  detail?: IncidentDetail;
  targeted: ReadonlyMap<string, readonly TargetedRow[]>;
  attacks: Awaited<ReturnType<Api['attacks']>>;
  notice?: Notice | undefined;
  lost?: string | undefined;
}

/** `#/incidents/{tenant}/{id}` -> its two parts; anything else is the overview. */
export function incidentOf(hash: string): { tenant: string; id: string } | undefined {
  const match = /^#\/incidents\/([0-9a-f-]{36})\/([0-9a-f]{1,64})$/.exec(hash);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { tenant: match[1], id: match[2] };
}

export async function startApp({ draw, signIn, api }: { draw: (page: Page) => void; signIn: SignIn; api: Api }): Promise<void> {
  const known: Known = { targeted: new Map(), attacks: [] };
  let opened = '';

  const actions: Actions = {
    async post(path, body, done) {
      try {
        await api.post(path, body);
        known.notice = { intent: 'success', text: done };
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'fresh-sign-in') return signIn.begin({ fresh: true });
        known.notice = { intent: 'error', text: error instanceof Error ? error.message : String(error) };
      }
      await look();
    },
    signIn: () => void signIn.begin().catch(lost),
    signOut: () => void signIn.end().catch(lost),
    say(notice) {
      known.notice = notice;
      show();
    },
  };

  function lost(error: unknown): void {
    known.lost = error instanceof Error ? error.message : String(error);
    show();
  }

  function show(): void {
    if (known.state === undefined) {
      draw(known.lost === undefined ? html`<p class="loading">Reading…</p>` : welcomePage({ actions, problem: known.lost }));
      return;
    }
    const place = incidentOf(location.hash);
    const body =
      place !== undefined && known.detail?.incident.id === place.id
        ? incidentPage({
            detail: known.detail,
            tenantName: known.state.tenants.find(({ tenant }) => tenant === place.tenant)?.name ?? place.tenant,
            actions,
          })
        : place !== undefined
          ? html`<p class="loading">Reading the incident…</p>`
          : overviewPage({ state: known.state, targeted: known.targeted, attacks: known.attacks, actions });
    draw(frame({ body, person: known.state.person.name, notice: known.notice, lost: known.lost, actions, inside: place !== undefined }));
  }

  async function look(): Promise<void> {
    try {
      known.state = await api.state();
      const place = incidentOf(location.hash);
      if (place === undefined) {
        known.targeted = new Map(
          await Promise.all(known.state.tenants.map(async ({ tenant }) => [tenant, await api.targeted(tenant)] as const)),
        );
        if (signIn.config.local && known.attacks.length === 0) known.attacks = await api.attacks();
      } else {
        known.detail = await api.incident(place.tenant, place.id);
        const revision = `${place.id}:${known.detail.incident.revision}`;
        // A webhook's card counts as seen only when somebody opened it: this tells so, once per state.
        if (revision !== opened) {
          opened = revision;
          await api.post(`tenants/${place.tenant}/incidents/${place.id}/opened`, {});
        }
      }
      known.lost = undefined;
    } catch (error) {
      if (error instanceof RefusedError && error.status === 401) {
        delete known.state;
        known.lost = error.message;
      } else known.lost = `Not up to date: ${error instanceof Error ? error.message : String(error)}`;
    }
    show();
  }

  if ((await signIn.token()) === undefined) {
    known.lost = '';
    draw(welcomePage({ actions, problem: '' }));
    return;
  }
  addEventListener('hashchange', () => {
    known.notice = undefined;
    delete known.detail;
    void look();
  });
  await look();
  const again = (): void => {
    setTimeout(() => void (document.hidden ? Promise.resolve() : look()).then(again), pollMs);
  };
  again();
}
