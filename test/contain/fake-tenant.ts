// A tenant's directory and mail flow as containment meets them: writes are accepted at once and seen by readers only after a lag; refusals can be ordered.

import type { Clock } from '../../src/contracts/clock.ts';
import { type ActivityApi, type Connections, type Exchange, type Graph, ServiceError } from '../../src/tenants/connections.ts';

export const ids = {
  victim: 'c1000000-0000-4000-8000-000000000001',
  admin: 'c1000000-0000-4000-8000-000000000002',
  responder: 'a1000000-0000-4000-8000-000000000001',
  connector: 'd1000000-0000-4000-8000-000000000001',
} as const;
export const globalAdministrator = '62e90394-69f5-4237-9190-012177145e10';

/** Containment reads no audit log. */
const unread = () => {
  throw new Error('containment reads no audit log');
};
const noActivityApi: ActivityApi = { start: unread, content: unread, read: unread };

interface Account {
  accountEnabled: boolean;
  userPrincipalName: string;
  signInSessionsValidFromDateTime: string | null;
  lastPasswordChangeDateTime: string | null;
  onPremisesSyncEnabled: boolean | null;
  onPremisesSamAccountName: string | null;
}
export interface Method {
  '@odata.type': string;
  id: string;
  createdDateTime?: string;
  isDefault?: boolean;
}

export const account = (name: string): Account => ({
  accountEnabled: true,
  userPrincipalName: `${name}@contoso.example`,
  signInSessionsValidFromDateTime: '2026-01-05T08:00:00Z',
  lastPasswordChangeDateTime: '2026-01-05T08:00:00Z',
  onPremisesSyncEnabled: null,
  onPremisesSamAccountName: null,
});

export class FakeTenant {
  lagMs = 2_500;
  readonly users = new Map<string, Account>([
    [ids.victim, account('marta')],
    [ids.admin, account('jonas')],
  ]);
  readonly roles: { principalId: string; roleDefinitionId: string }[] = [{ principalId: ids.admin, roleDefinitionId: globalAdministrator }];
  methods: Method[] = [
    { '@odata.type': '#microsoft.graph.passwordAuthenticationMethod', id: '28c10230-6103-485e-b985-444c60001490' },
    { '@odata.type': '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod', id: 'own', createdDateTime: '2025-06-01T09:00:00Z' },
    {
      '@odata.type': '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod',
      id: 'attacker-app',
      createdDateTime: '2026-03-02T02:41:00Z',
      isDefault: true,
    },
    { '@odata.type': '#microsoft.graph.phoneAuthenticationMethod', id: 'attacker-phone', createdDateTime: '2026-03-02T02:42:00Z' },
  ];
  connectors: Record<string, unknown>[] = [
    {
      Guid: ids.connector,
      Name: 'Relay',
      Enabled: true,
      ConnectorSource: 'AdminUI',
      SenderIPAddresses: ['203.0.113.31'],
      WhenChangedUTC: '2026-03-02T02:50:00Z',
    },
  ];
  /** Writes that reached the service, as `METHOD path` or `cmdlet`. */
  readonly writes: string[] = [];
  /** Passwords that were set. */
  readonly passwords: string[] = [];
  /** Throws instead of answering. */
  refuse: (call: string, body?: unknown) => ServiceError | undefined = () => undefined;
  readonly #clock: Clock;
  readonly #pending: { at: number; apply: () => void }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  #settle(): void {
    const due = this.#pending.filter(({ at }) => at <= this.#clock.now());
    for (const one of due) {
      this.#pending.splice(this.#pending.indexOf(one), 1);
      one.apply();
    }
  }
  #write(call: string, apply: () => void): void {
    this.writes.push(call);
    this.#pending.push({ at: this.#clock.now() + this.lagMs, apply });
  }
  #user(path: string): Account {
    const found = this.users.get(/^\/users\/([^/]+)/.exec(path)?.[1] ?? '');
    if (found === undefined) throw new ServiceError('graph', 404, 'Request_ResourceNotFound', `${path}: does not exist`);
    return found;
  }

  readonly graph: Graph = {
    request: async (method, path, options = {}) => {
      this.#settle();
      const call = `${method} ${path}`;
      const refusal = this.refuse(call, options.body);
      if (refusal !== undefined) throw refusal;
      const now = new Date(this.#clock.now()).toISOString();
      if (method === 'GET') return { id: path.split('/').at(-1), ...this.#user(path) };
      if (method === 'PATCH') {
        const user = this.#user(path);
        const { accountEnabled, passwordProfile } = options.body as { accountEnabled?: boolean; passwordProfile?: { password: string } };
        if (passwordProfile !== undefined) this.passwords.push(passwordProfile.password);
        this.#write(call, () => {
          if (accountEnabled !== undefined) user.accountEnabled = accountEnabled;
          if (passwordProfile !== undefined) user.lastPasswordChangeDateTime = now;
        });
      } else if (path.endsWith('/revokeSignInSessions')) {
        const user = this.#user(path);
        this.#write(call, () => {
          user.signInSessionsValidFromDateTime = now;
        });
      } else if (method === 'DELETE') {
        const id = path.split('/').at(-1) ?? '';
        const found = this.methods.find((one) => one.id === id);
        if (found === undefined) throw new ServiceError('graph', 404, 'accessMethodNotFound', `${call}: not found`);
        const gone = this.writes.map((write) => write.split('/').at(-1));
        const others = this.methods.filter(
          (one) => one.id !== id && one.id !== 'own' && !one['@odata.type'].includes('password') && !gone.includes(one.id),
        );
        if (found.isDefault === true && others.length > 0)
          throw new ServiceError('graph', 400, 'badRequest', 'The default method cannot be deleted');
        this.#write(call, () => {
          this.methods = this.methods.filter((one) => one.id !== id);
        });
      } else throw new Error(`unexpected ${call}`);
      return {};
    },
    pages: (path, options) => this.#pages(path, options?.query?.$filter ?? ''),
    delta: (path) => {
      throw new Error(`no delta query of ${path} is asked here`);
    },
  };

  readonly exchange: Exchange = {
    invoke: async (cmdlet, parameters = {}) => {
      this.#settle();
      const refusal = this.refuse(cmdlet);
      if (refusal !== undefined) throw refusal;
      const found = this.connectors.find((one) => one.Guid === parameters.Identity);
      if (found === undefined) throw new ServiceError('exchange', 404, 'ManagementObjectNotFoundException', `${cmdlet}: not found`);
      if (cmdlet === 'Get-InboundConnector') return [{ ...found }];
      this.#write(cmdlet, () => {
        found.Enabled = parameters.Enabled;
        found.WhenChangedUTC = new Date(this.#clock.now()).toISOString();
      });
      return [];
    },
  };

  connections(): Connections {
    const connection = { graph: this.graph, exchange: this.exchange, activity: noActivityApi };
    return { reader: connection, responder: connection };
  }

  async *#pages(path: string, filter: string): AsyncIterable<readonly Record<string, unknown>[]> {
    this.#settle();
    const refusal = this.refuse(`GET ${path}`);
    if (refusal !== undefined) throw refusal;
    if (path.endsWith('/authentication/methods')) yield this.methods.map((one) => ({ ...one }));
    else yield this.roles.filter((role) => filter.includes(role.roleDefinitionId)).map((role) => ({ ...role }));
  }
}
