// Sign-in of people: the authorize page and, in token.ts, the authorization code with PKCE. Source: OAuth 2.0 / OpenID Connect endpoints of the Microsoft identity platform.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Call, type Handler, type Reply, reading } from '../../handler.ts';
import { tokenError } from '../../refusals.ts';
import type { User } from '../../tenant-state.ts';
import { apps, contoso, responders } from '../../worlds/constants.ts';
import { peopleOf } from '../../worlds/people.ts';

/** One issued code, good once and for ten minutes. */
export interface Code {
  readonly tenant: string;
  readonly user: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scope: string;
  readonly nonce: string | undefined;
  readonly signedInAt: number;
  readonly strong: boolean;
  readonly expiresAt: number;
}
/** Codes and refresh tokens that are out. */
export interface Grants {
  readonly codes: Map<string, Code>;
  readonly refresh: Map<string, Code>;
}

const html = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
const parameters = [
  'client_id',
  'response_type',
  'redirect_uri',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'login_hint',
  'domain_hint',
  'prompt',
  'max_age',
  'claims',
  'client-request-id',
  'client_info',
  'x-client-SKU',
  'x-client-Ver',
  'strength',
];

const asked = z.object({
  client_id: z.string(),
  response_type: z.literal('code'),
  redirect_uri: z.url({ protocol: /^https?$/ }),
  response_mode: z.enum(['query', 'fragment']).default('query'),
  scope: z.string().min(1),
  state: z.string().default(''),
  nonce: z.string().optional(),
  code_challenge: z.string().regex(/^[\w-]{43}$/),
  code_challenge_method: z.literal('S256'),
  login_hint: z.string().optional(),
  prompt: z.enum(['none', 'login', 'select_account', 'consent']).optional(),
  /** Simulator only: `password` signs in without a second factor. */
  strength: z.enum(['password', 'mfa']).default('mfa'),
});
type Asked = z.output<typeof asked>;

function goBack(request: Asked, values: Readonly<Record<string, string>>): Reply {
  const target = new URL(request.redirect_uri);
  const answer = new URLSearchParams({ ...values, ...(request.state !== '' && { state: request.state }) });
  if (request.response_mode === 'fragment') target.hash = answer.toString();
  else for (const [name, value] of answer) target.searchParams.set(name, value);
  return { status: 302, headers: { location: target.toString(), 'cache-control': 'no-store' }, text: '' };
}

const style =
  'body{font:16px system-ui;margin:3rem auto;max-width:34rem;padding:0 1rem}a{display:block;padding:.6rem .8rem;margin:.4rem 0;border:1px solid #888;border-radius:6px;text-decoration:none;color:inherit}small{opacity:.7}';

function signInPage(call: Call, people: readonly User[], notice: string): Reply {
  const link = (user: User): string => {
    const query = new URLSearchParams(call.query);
    query.set('login_hint', user.userPrincipalName);
    query.delete('prompt');
    return `<a href="?${html(query.toString())}">${html(user.displayName)}<br><small>${html(user.userPrincipalName)} · ${html(user.jobTitle ?? '')}</small></a>`;
  };
  return {
    status: 200,
    headers: {
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    },
    html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign in to ${html(call.tenant.name)} (simulated)</title><style>${style}</style><h1>Sign in to ${html(call.tenant.name)}</h1><p>This is a simulated tenant: choose who you are. ${html(notice)}</p>${people.map(link).join('')}</html>`,
  };
}

/** Redirect targets of the console's registration: any local address. */
const isLocal = (address: string): boolean => ['localhost', '127.0.0.1'].includes(new URL(address).hostname);

export function authorizeHandler(grants: Grants): Handler {
  return reading({
    id: 'people.authorize',
    service: 'people',
    method: 'GET',
    path: '/{tenant}/oauth2/v2.0/authorize',
    source:
      'Identity platform, authorization code flow with PKCE; error codes 700016, 50011, 50034, 50057, 50058. login_hint signs in at once: simulator only',
    certainty: 'recollected',
    parameters,
    success: 200,
    example: {
      params: { tenant: contoso.id },
      query: {
        client_id: apps.console,
        response_type: 'code',
        redirect_uri: 'http://localhost:1/console',
        scope: `openid api://${apps.console}/Guard.Act`,
        code_challenge: createHash('sha256').update('verifier').digest('base64url'),
        code_challenge_method: 'S256',
      },
    },
    run: (call) => {
      const parsed = asked.safeParse(Object.fromEntries(call.query));
      if (!parsed.success) {
        const name = String(parsed.error.issues[0]?.path[0] ?? '');
        return tokenError(call.trace, 400, 'invalid_request', 900144, `The request must contain the following parameter: '${name}'.`);
      }
      const request = parsed.data;
      if (request.client_id !== apps.console)
        return tokenError(
          call.trace,
          400,
          'unauthorized_client',
          700016,
          `Application with identifier '${request.client_id}' was not found in the directory '${call.tenant.name}'.`,
        );
      if (!isLocal(request.redirect_uri))
        return tokenError(
          call.trace,
          400,
          'invalid_request',
          50011,
          `The redirect URI '${request.redirect_uri}' specified in the request does not match the redirect URIs configured for the application.`,
        );
      const staff = new Set((peopleOf[call.tenant.id] ?? []).filter((person) => person.human).map((person) => person.id));
      const responderIds: readonly string[] = [responders.first.id, responders.second.id];
      const people = call.tenant.users
        .all()
        .flatMap(([id, user]) => (staff.has(id) ? [user] : []))
        .sort((a, b) => Number(responderIds.includes(b.id)) - Number(responderIds.includes(a.id)));
      if (request.prompt === 'none')
        return goBack(request, {
          error: 'login_required',
          error_description: 'AADSTS50058: A silent sign-in request was sent but no user is signed in.',
        });
      if (request.login_hint === undefined || request.prompt === 'select_account') return signInPage(call, people, '');
      const user = people.find((one) => one.userPrincipalName.toLowerCase() === request.login_hint?.toLowerCase());
      if (user === undefined) return signInPage(call, people, 'AADSTS50034: That account does not exist here.');
      if (!user.accountEnabled) return signInPage(call, people, 'AADSTS50057: The user account is disabled.');
      const code = call.authority.fresh();
      grants.codes.set(code, {
        tenant: call.tenant.id,
        user: user.id,
        clientId: request.client_id,
        redirectUri: request.redirect_uri,
        challenge: request.code_challenge,
        scope: request.scope,
        nonce: request.nonce,
        signedInAt: call.now,
        strong: request.strength === 'mfa',
        expiresAt: call.now + 600_000,
      });
      return goBack(request, { code, session_state: call.authority.fresh() });
    },
  });
}
