// What services do on an ordinary day: applications and managed identities sign in, Entra ID Protection wonders about somebody, Defender cleans a mailbox. Used by worlds/ordinary.ts.

import { riskRecord } from '../records/risk-detection.ts';
import { alertRecord } from '../records/security-alert.ts';
import { signInRecord } from '../records/sign-in.ts';
import { type App, type Network, places, resources } from './catalogue.ts';
import { type Day, type Setting, userOf } from './day.ts';
import { crmAppId, servicePrincipalId } from './directory.ts';
import type { Person } from './people.ts';
import { guid, random } from './random.ts';

const hourMs = 3_600_000;

interface Worker {
  readonly app: App;
  readonly resource: App;
  readonly network: Network;
  readonly credential: 'clientSecret' | 'certificate' | 'managedIdentity';
  /** Hours between sign-ins. */
  readonly every: number;
}

const workersOf = (tenant: string): readonly Worker[] => [
  {
    app: { id: crmAppId, name: 'Northwind CRM' },
    resource: resources.graph,
    network: { address: '203.0.113.140', asn: 64505, place: places.amsterdam },
    credential: 'certificate',
    every: 4,
  },
  {
    app: { id: guid(tenant, 'app', 'reports'), name: 'Monthly reports' },
    resource: resources.sharepoint,
    network: { address: '192.0.2.44', asn: 64496, place: places.oslo },
    credential: 'clientSecret',
    every: 24,
  },
  {
    app: { id: guid(tenant, 'app', 'build-agent'), name: 'build-agent' },
    resource: resources.graph,
    network: { address: '203.0.113.150', asn: 64505, place: places.amsterdam },
    credential: 'managedIdentity',
    every: 12,
  },
];

export function applicationsAtWork(day: Day, { tenant, day: midnight, seed }: Setting): void {
  for (const worker of workersOf(tenant.id))
    for (let hour = random(tenant.id, worker.app.id).int(0, 3); hour < 24; hour += worker.every) {
      const time = midnight + hour * hourMs + random(seed, worker.app.id, midnight, hour).int(0, 599_999);
      const managed = worker.credential === 'managedIdentity';
      day.signIns.push({
        time,
        record: signInRecord({
          key: [seed, tenant.id, worker.app.id, midnight, hour].join(' '),
          time,
          tenant: tenant.id,
          kind: managed ? 'managedIdentity' : 'servicePrincipal',
          servicePrincipal: {
            id: servicePrincipalId(tenant.id, worker.app.id),
            displayName: worker.app.name,
            credential: worker.credential,
          },
          app: worker.app,
          resource: worker.resource,
          network: worker.network,
        }),
      });
    }
}

/** One person a day looks a little odd to Entra ID Protection and passes the second factor; one mailbox is cleaned of a delivered message. */
export function protectionAtWork(day: Day, { tenant, day: midnight, seed }: Setting, people: readonly Person[]): void {
  const humans = people.filter((person) => person.human && !person.guest);
  if (humans.length === 0) return;
  const r = random(seed, tenant.id, 'protection', midnight);
  const odd = userOf(r.pick(humans));
  const time = midnight + 9 * hourMs + r.int(0, 3_599_999);
  day.riskDetections.push({
    time,
    record: riskRecord({
      key: `${seed} ${tenant.id} ${midnight}`,
      time,
      detectedAt: time,
      type: 'unfamiliarFeatures',
      level: 'low',
      state: 'remediated',
      user: odd,
      network: { address: `198.51.100.${r.int(1, 180)}`, asn: 64497, place: places.amsterdam },
      request: guid('risky sign-in', seed, tenant.id, midnight),
      correlation: guid('risky correlation', seed, tenant.id, midnight),
    }),
  });
  const cleaned = userOf(r.pick(humans));
  const at = midnight + 10 * hourMs + r.int(0, 3_599_999);
  day.securityAlerts.push({
    time: at,
    record: alertRecord({
      key: `${seed} ${tenant.id} ${midnight}`,
      time: at,
      changedAt: at,
      tenant: tenant.id,
      title: 'Email messages containing malicious URL removed after delivery',
      category: 'InitialAccess',
      severity: 'informational',
      service: 'microsoftDefenderForOffice365',
      user: cleaned,
    }),
  });
}
