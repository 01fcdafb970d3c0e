import { describe, expect, it } from 'vitest';
import { brands } from '../../../src/detect/context/brands.ts';
import { brandsImitated, brandsNamed, mixesScripts, skeleton } from '../../../src/detect/context/look-alike.ts';
import { contextOf, other } from './subjects.ts';

const imitated = (name: string): string[] => brandsImitated(name).map(({ id }) => id);

describe('names that look like others', () => {
  it('have one skeleton (UTS #39)', () => {
    expect(skeleton('Z\u043e\u043em')).toBe(skeleton('Zoom'));
    expect(skeleton('paypal')).toBe(skeleton('\u0440\u0430y\u0440\u0430l'));
    expect(skeleton('O\u200bkta')).toBe(skeleton('Okta'));
    expect(skeleton('Zoom')).not.toBe(skeleton('Loom'));
  });
  it.each([
    ['Z\u043e\u043em', 'Zoom'],
    ['Z00m Meetings', 'Zoom'],
    ['Zo\u00f6m', 'Zoom'],
    ['Micr\u043esoft Teams', 'Microsoft'],
    ['rnicrosoft', 'Microsoft'],
    ['0ffice 365', 'Microsoft'],
    ['DocuS\u0131gn', 'DocuSign'],
    ['D\uff52opbox', 'Dropbox'],
    ['Adobe\u00a0S1gn', 'Adobe'],
    ['Ad\u043ebe Drive X', 'Adobe'],
    ['0neDrive', 'Microsoft'],
    ['Sharep0int Document', 'Microsoft'],
    ['Out1ook Add-in', 'Microsoft'],
    ['Micros\u03bfft Authenticator', 'Microsoft'],
    ['R\u0456ngCentral', 'RingCentral'],
    ['L1nkedIn', 'LinkedIn'],
    ['Sa1esforce', 'Salesforce'],
    ['S\u217cack', 'Slack'],
    ['G00gle Drive', 'Google'],
    ['PayPa1', 'PayPal'],
    ['W\u043erkday', 'Workday'],
  ])('%s is %s’s in other letters', (name, brand) => {
    expect(imitated(name)).toEqual([brand]);
  });
  it('are no brand’s for being written as brands are', () => {
    const wrong = brands.flatMap(({ id, names }) =>
      names.flatMap((name) =>
        [name, name.toUpperCase(), name.toLowerCase(), name.replaceAll(' ', ''), `${name} for Contoso`, `Contoso ${name}`].map(
          (text) => [id, text] as const,
        ),
      ),
    );
    expect(wrong.filter(([, text]) => imitated(text).length > 0)).toEqual([]);
  });
  it.each([
    'Zoom',
    'ZOOM',
    'Zoom-Meetings',
    'Office365',
    'Microsoft Teams',
    'Room',
    'Bloom',
    'Okra',
    'LinkedIn',
    'Modern Meetings',
    'Apples and Pears',
    'Ordinary Workdays',
    'Slacks',
    'Teams',
    'Contoso Intranet',
    '\u0417\u0443\u043c',
    '',
    '🙂',
    '__proto__',
  ])('%s imitates nobody', (name) => {
    expect(imitated(name)).toEqual([]);
  });
  it('bear a brand by word', () => {
    expect(brandsNamed('Zoom for Outlook').map(({ id }) => id)).toEqual(['Microsoft', 'Zoom']);
    expect(brandsNamed('Zoomed In')).toEqual([]);
  });
  it('mix scripts within a word, or only side by side', () => {
    expect(mixesScripts('Me\u0435ting')).toBe(true);
    expect(mixesScripts('\u0412\u0441\u0442\u0440\u0435\u0447\u0430 Meeting')).toBe(false);
    expect(mixesScripts('\u0395rgo \u03b1')).toBe(true);
    expect(mixesScripts('Café Zürich')).toBe(false);
  });
  it('are looked at in applications, not in the people whom a record names beside them', () => {
    const consent = (type: string) => contextOf(other('directory-audit', { targetResources: [{ type, displayName: 'Z\u043e\u043em' }] }));
    expect(consent('ServicePrincipal')['context.app.imitates']).toEqual(['Zoom']);
    expect(consent('ServicePrincipal')['context.app.mixedScripts']).toBe(true);
    expect(consent('User')['context.app.imitates']).toEqual([]);
    expect(contextOf(other('directory-audit', {}))['context.app.imitates']).toEqual([]);
  });
  it('cost no more for being long', () => {
    const started = performance.now();
    imitated('\u043e'.repeat(1_000_000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});
