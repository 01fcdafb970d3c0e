// Values of records as people read them: short, once, on one line.
import { describe, expect, it } from 'vitest';
import { microsoftApplicationName } from '../../src/detect/context/microsoft-applications.ts';
import { fill, textOf } from '../../src/detect/facts.ts';

describe('a value shown to people', () => {
  it('says once what a property holds both as JSON and decoded', () => {
    expect(textOf(['"Mail.Send"', 'Mail.Send'])).toBe('Mail.Send');
  });
  it('keeps a quoted text that nothing else repeats', () => {
    expect(textOf(['"Mail.Send"', 'Mail.Read'])).toBe('"Mail.Send", Mail.Read');
  });
  it('is absent where the record holds nothing', () => {
    expect(textOf([null, ''])).toBeUndefined();
  });
  it('stands on one line and ends after 300 characters', () => {
    expect(textOf(`a\n\tb${'c'.repeat(400)}`)).toMatch(/^a bc{296}…$/);
  });
});

describe('a sentence filled from a record', () => {
  const became = (...targetResources: object[]) =>
    fill('{targetResources.userPrincipalName} became Global Administrator.', { shape: 'directory-audit', record: { targetResources } }, {});
  it('names an application or a group, which has no sign-in name, by its display name and at last by its id', () => {
    expect(became({ type: 'User', userPrincipalName: 'ana@contoso.example' })).toBe('ana@contoso.example became Global Administrator.');
    expect(
      became({ type: 'ServicePrincipal', displayName: 'Backup', userPrincipalName: null }, { type: 'Role', displayName: 'Role' }),
    ).toBe('Backup became Global Administrator.');
    expect(became({ type: 'ServicePrincipal', id: '1' })).toBe('1 became Global Administrator.');
    expect(became({})).toBe('(not recorded) became Global Administrator.');
  });
});

describe('an application that a record names by its id alone', () => {
  it('has a name if it is one of Microsoft’s', () => {
    expect(microsoftApplicationName('4765445b-32c6-49b0-83e6-1d93765276ca')).toBe('OfficeHome');
    expect(microsoftApplicationName('__proto__')).toBeUndefined();
    expect(microsoftApplicationName(undefined)).toBeUndefined();
  });
});
