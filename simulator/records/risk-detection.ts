// A risk detection as Graph v1.0 spells it (reference: Graph A.4 and the riskDetection type); `requestId` is the id of the sign-in that it is about. Used by worlds/ and attacks/.
import type { Network } from '../worlds/catalogue.ts';
import { guid } from '../worlds/random.ts';

export interface RiskFacts {
  readonly key: string;
  /** When the risky sign-in happened, and when the service saw it. */
  readonly time: number;
  readonly detectedAt: number;
  readonly type: string;
  readonly level: 'low' | 'medium' | 'high';
  readonly state: 'atRisk' | 'remediated' | 'dismissed';
  readonly user: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string };
  readonly network: Network;
  /** Id and correlation id of the sign-in. */
  readonly request: string;
  readonly correlation: string;
}

export function riskRecord(facts: RiskFacts): Readonly<Record<string, unknown>> {
  const detected = new Date(facts.detectedAt).toISOString();
  const details = {
    dismissed: 'adminDismissedAllRiskForUser',
    remediated: 'userPassedMFADrivenByRiskBasedPolicy',
    atRisk: 'none',
  } as const;
  return {
    id: guid('risk', facts.key),
    requestId: facts.request,
    correlationId: facts.correlation,
    riskEventType: facts.type,
    riskState: facts.state,
    riskLevel: facts.level,
    riskDetail: details[facts.state],
    source: 'IdentityProtection',
    detectionTimingType: facts.detectedAt - facts.time < 600_000 ? 'realtime' : 'offline',
    activity: 'signin',
    tokenIssuerType: 'AzureAD',
    ipAddress: facts.network.address,
    activityDateTime: new Date(facts.time).toISOString(),
    detectedDateTime: detected,
    lastUpdatedDateTime: detected,
    userId: facts.user.id,
    userDisplayName: facts.user.displayName,
    userPrincipalName: facts.user.userPrincipalName,
    additionalInfo: '[]',
    location: {
      city: facts.network.place.city,
      state: facts.network.place.city,
      countryOrRegion: facts.network.place.country,
      geoCoordinates: { latitude: null, longitude: null, altitude: null },
    },
  };
}
