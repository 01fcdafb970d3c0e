// What no feed can make the guard look for, however it is spelt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedEntry, IndicatorKind } from '../../../../src/contracts/indicators.ts';
import { microsoftApplications, microsoftDomains } from '../../../../src/detect/indicators/feeds/not-theirs.ts';
import { createVet } from '../../../../src/detect/indicators/feeds/vet.ts';
import { normalise } from '../../../../src/detect/indicators/indicator.ts';
import { microsoftNetworks } from '../../../../src/tenants/microsoft-networks.ts';

const vet = createVet({ domains: ['contoso.example', 'contoso.onmicrosoft.com'], networks: ['198.51.100.16/28'] });
const entry = (kind: IndicatorKind, value: string, more: Partial<FeedEntry> = {}) => ({
  kind,
  value: normalise(kind, value) ?? value,
  confidence: 50,
  from: Date.UTC(2026, 2, 1),
  ...more,
});
const why = (kind: IndicatorKind, value: string, more: Partial<FeedEntry> = {}) => vet(entry(kind, value, more));

describe('an entry of a feed', () => {
  it.each<[IndicatorKind, string]>([
    ['address', '203.0.113.7'],
    ['address', '203.0.113.0/24'],
    ['address', '2001:db8:7::/48'],
    ['domain', 'phish.example'],
    ['domain', 'evil.onmicrosoft.com'],
    ['domain', 'evil-my.sharepoint.com'],
    ['domain', 'phish.azurewebsites.net'],
    ['domain', 'phish.pages.dev'],
    ['domain', 'notcontoso.example'],
    ['url', 'https://phish.example/login'],
    ['url', 'https://203.0.113.7:8443/x'],
    ['url', 'https://sharepoint.com/somebody/kit'],
    ['email', 'box@phish.example'],
    ['email', 'somebody@outlook.com'],
    ['network', 'AS64500'],
    ['application', '5a9a0f3c-1111-4222-8333-444455556666'],
    ['user-agent', 'ExampleKit/1.2 (X11; Linux x86_64)'],
  ])('%s %s is taken', (kind, value) => expect(why(kind, value)).toBeUndefined());

  it.each<[IndicatorKind, string, string]>([
    ['address', '0.0.0.0/0', 'wider than /16'],
    ['address', '203.0.0.0/15', 'wider than /16'],
    ['address', '::/0', 'wider than /32'],
    ['address', '10.0.0.0/24', 'private or special'],
    ['address', '127.0.0.1', 'private or special'],
    ['address', 'fe80::1', 'private or special'],
    ['address', '40.96.0.1', 'Microsoft'],
    ['address', '52.112.7.0/24', 'Microsoft'],
    ['address', '198.51.100.20', 'own networks'],
    ['address', '198.51.100.0/24', 'own networks'],
    ['domain', 'com', 'no'],
    ['domain', 'co.uk', 'public suffix'],
    ['domain', 'github.io', 'public suffix'],
    ['domain', 'pages.dev', 'public suffix'],
    ['domain', 'blob.core.windows.net', 'public suffix'],
    ['domain', 'onmicrosoft.com', 'share'],
    ['domain', 'gmail.com', 'share'],
    ['domain', 'login.microsoftonline.com', 'Microsoft'],
    ['domain', 'contoso.example', 'under guard'],
    ['domain', 'mail.contoso.example', 'under guard'],
    ['domain', 'contoso.onmicrosoft.com', 'under guard'],
    ['url', 'https://login.microsoftonline.com/common', 'Microsoft'],
    ['url', 'https://contoso.example/', 'under guard'],
    ['url', 'https://sharepoint.com/', 'share'],
    ['url', 'https://[::1]/', 'private or special'],
    ['url', 'javascript:alert(1)', 'neither http'],
    ['email', 'ann@contoso.example', 'under guard'],
    ['email', 'security@microsoft.com', 'Microsoft'],
    ['email', 'a@b', 'without a domain'],
    ['network', '8075', 'Microsoft'],
    ['application', '00000003-0000-0000-C000-000000000000', 'everybody uses'],
    ['application', 'no id', 'no GUID'],
    ['user-agent', 'Mozilla/5', 'fewer than 10'],
    ['network-owner', 'Example Networks', 'a name alone'],
    ['application-name', 'Meeting', 'a name alone'],
  ])('%s %s is refused: %s', (kind, value, reason) => {
    if (reason === 'no') expect(normalise(kind, value)).toBeUndefined();
    else expect(why(kind, value)).toContain(reason);
  });

  it('is refused where its times or its confidence are none', () => {
    const at = (more: Partial<FeedEntry>) => why('address', '203.0.113.7', more);
    expect(at({ from: Date.UTC(1601, 0, 1) })).toContain('1990 to 2100');
    expect(at({ until: Date.UTC(9999, 0, 1) })).toContain('1990 to 2100');
    expect(at({ from: Number.NaN })).toContain('1990 to 2100');
    expect(at({ until: Date.UTC(2026, 1, 1) })).toContain('ends before it begins');
    expect(at({ confidence: 0 })).toContain('no confidence');
  });

  it('never holds an address of Microsoft’s, whatever range it is hidden in', () => {
    fc.assert(
      fc.property(fc.constantFrom(...microsoftNetworks), fc.nat(128), (network, length) => {
        const [first = ''] = network.split('/');
        expect(why('address', `${first}/${first.includes(':') ? length : Math.min(32, length)}`)).toBeDefined();
      }),
    );
    for (const domain of microsoftDomains) expect(why('domain', `x.${domain}`)).toBeDefined();
    for (const application of microsoftApplications) expect(why('application', application)).toBeDefined();
  });

  it('gets an answer whatever it says', () => {
    const kinds: IndicatorKind[] = ['user-agent', 'address', 'network', 'application', 'domain', 'url', 'email'];
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(fc.string(), fc.domain(), fc.ipV4(), fc.ipV6()), (kind, text) => {
        if (normalise(kind, text) !== undefined) expect(typeof why(kind, text)).toMatch(/string|undefined/);
      }),
    );
  });
});
