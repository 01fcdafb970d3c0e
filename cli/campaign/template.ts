// The files of a new campaign. Called by new.ts. Everything in it is an example: addresses of documentation, a person who does not exist.

const manifest = (name: string, today: string): string => `id: ${name}
title: ${name}
summary: >-
  One or two sentences: who is attacked, how it begins, what follows.
references:
  # Where the facts come from. At least one.
  - https://example.com/report
first: ${today}
attack:
  - T1078.004
targets: Who is attacked
severity:
  # One finding alone is never worse than this; an entry and a second stage together are never worse than \`confirmed\`.
  single: low
  confirmed: high
response:
  plan: contain
  note: What to look at after containing.
`;

const rule = (name: string, id: string, today: string): string => `title: Sign-in from a published address
id: ${id}
name: ${name}-listed-address
status: experimental
description: >-
  A successful sign-in from an address that the report names.
references:
  - https://example.com/report
date: ${today}
tags:
  - attack.initial-access
  - attack.t1078.004
logsource:
  product: azure
  service: signinlogs
detection:
  listed:
    context.indicator.address|startswith: '${name}/'
  success:
    status.errorCode: 0
  condition: listed and success
falsepositives:
  - Somebody else behind the same address
level: low
tenant-guard:
  # Staged: it counts, and alerts nobody. Take the line away once its noise is known (tenant-guard campaign try).
  effect: staged
  stage: entry
  why: Signed in from {ipAddress}, which the report names.
  against:
    - Addresses change hands; a match years later is no sign of this campaign.
`;

const indicators = (today: string): string => `kind,value,name,confidence,valid_from,valid_until,source,note
address,198.51.100.0/28,range-1,50,${today},,the report's title and date,example: a range reserved for documentation
`;

interface Varied {
  readonly title: string;
  readonly kind: string;
  readonly address: string;
  readonly errorCode: number;
  readonly fires: readonly string[];
  /** ISO 8601. */
  readonly time: string;
}
const testCase = ({ title, kind, address, errorCode, fires, time }: Varied): string =>
  `${JSON.stringify(
    {
      title,
      kind,
      fires,
      records: [
        {
          id: '5b0a1c52-0000-4000-8000-000000000001',
          createdDateTime: time,
          userId: '11111111-0000-4000-8000-000000000001',
          userPrincipalName: 'nora@contoso.example',
          userDisplayName: 'Nora',
          appId: '4765445b-32c6-49b0-83e6-1d93765276ca',
          appDisplayName: 'OfficeHome',
          ipAddress: address,
          clientAppUsed: 'Browser',
          isInteractive: true,
          status: { errorCode },
          location: { city: 'Zurich', countryOrRegion: 'CH' },
        },
      ],
    },
    undefined,
    2,
  )}\n`;

/** File to text. @param given.id a UUID for the rule; @param given.today `YYYY-MM-DD` */
export function templateFiles(given: { readonly name: string; readonly id: string; readonly today: string }): ReadonlyMap<string, string> {
  const { name, id, today } = given;
  const fires = [`${name}-listed-address`];
  const time = `${today}T12:00:00Z`;
  const dayBefore = new Date(Date.parse(time) - 86_400_000).toISOString();
  return new Map([
    ['campaign.yml', manifest(name, today)],
    ['indicators.csv', indicators(today)],
    ['rules/listed-address.yml', rule(name, id, today)],
    [
      'tests/listed-address.hit.from-the-listed-range.json',
      testCase({ title: 'From the listed range', kind: 'hit', address: '198.51.100.7', errorCode: 0, fires, time }),
    ],
    [
      'tests/listed-address.miss.from-another-address.json',
      testCase({ title: 'From another address', kind: 'miss', address: '203.0.113.9', errorCode: 0, fires: [], time }),
    ],
    [
      'tests/listed-address.near-miss.the-password-was-wrong.json',
      testCase({
        title: 'From the listed range, with a wrong password',
        kind: 'near miss',
        address: '198.51.100.7',
        errorCode: 50126,
        fires: [],
        time,
      }),
    ],
    [
      'tests/listed-address.near-miss.the-day-before.json',
      testCase({
        title: 'The day before it was listed',
        kind: 'near miss',
        address: '198.51.100.7',
        errorCode: 0,
        fires: [],
        time: dayBefore,
      }),
    ],
  ]);
}
