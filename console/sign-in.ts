// Signs a person in with Microsoft Entra ID (authorization code with PKCE) and hands out access tokens. Tokens live in this tab only.
import { type User, UserManager, WebStorageStateStore } from 'oidc-client-ts';
import type { ConsoleConfig } from '../src/contracts/console.ts';
import type { Draft } from './drafts.ts';

export interface SignIn {
  readonly config: ConsoleConfig;
  /** Undefined: nobody is signed in, or the sign-in has expired. */
  token(): Promise<string | undefined>;
  /** What `begin` was told to say after the person has come back. */
  readonly said: string | undefined;
  /** A reason that was typed before the person left. */
  readonly draft: Draft | undefined;
  /** Leaves the page for the sign-in page; comes back to the same address. `fresh`: asks for the credentials again. */
  begin(options?: { readonly fresh: boolean; readonly say: string; readonly draft?: Draft | undefined }): Promise<void>;
  end(): Promise<void>;
}

/** Kept by the library while the person is away. */
interface Place {
  readonly hash: string;
  readonly say?: string;
  readonly draft?: Draft;
}

export async function createSignIn(): Promise<SignIn> {
  const answer = await fetch('config.json');
  if (!answer.ok) throw new Error(`the console's configuration answered ${answer.status}`);
  const config = (await answer.json()) as ConsoleConfig;
  const page = new URL('/api/console', location.origin).href;
  const manager = new UserManager({
    authority: config.authority,
    client_id: config.clientId,
    redirect_uri: page,
    post_logout_redirect_uri: page,
    response_type: 'code',
    scope: `openid profile ${config.scope}`,
    userStore: new WebStorageStateStore({ store: sessionStorage }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: false,
    loadUserInfo: false,
  });

  let said: string | undefined;
  let draft: Draft | undefined;
  if (new URLSearchParams(location.search).has('state')) {
    const place = (await manager.signinCallback())?.state as Place | undefined;
    // The address that the person was on, without the sign-in's answer.
    history.replaceState(null, '', `${page}${place?.hash ?? ''}`);
    said = place?.say;
    draft = place?.draft;
  }

  const current = async (): Promise<User | undefined> => {
    const user = await manager.getUser();
    return user === null || user.expired === true ? undefined : user;
  };
  return {
    config,
    token: async () => (await current())?.access_token,
    said,
    draft,
    begin: (options) => {
      const { say, draft: typed } = options ?? {};
      const place: Place = { hash: location.hash, ...(say === undefined ? {} : { say }), ...(typed === undefined ? {} : { draft: typed }) };
      return manager.signinRedirect({ state: place, ...(options?.fresh === true ? { prompt: 'login', max_age: 0 } : {}) });
    },
    end: async () => {
      await manager.removeUser();
      location.assign(page);
    },
  };
}
