import { describe, expect, it } from 'vitest';
import { isStrong } from '../../../src/detect/context/strong.ts';
import { at, away, boston, contextOf, other, signIn } from './subjects.ts';

const registered = (time: number, address: string | undefined = '192.0.2.77') =>
  other('directory-audit', { activityDisplayName: 'User registered security info', initiatedBy: { user: { ipAddress: address } } }, time);
const owner = [signIn(at(1)), signIn(at(19))];

describe('strong authentication on a known device, before', () => {
  it('is seen from the same network within this clock hour and the one before', () => {
    const history = [...owner, signIn(at(20, 9, 10))];
    expect(contextOf(registered(at(20, 9, 30)), { history })['context.strong.sameNetwork']).toBe(true);
    expect(contextOf(registered(at(20, 10, 59)), { history })['context.strong.sameNetwork']).toBe(true);
    expect(contextOf(registered(at(20, 11, 1)), { history })['context.strong.sameNetwork']).toBe(false);
  });
  it('is not seen from another network, nor from what comes later', () => {
    const history = [...owner, signIn(at(20, 9, 10))];
    expect(contextOf(registered(at(20, 9, 30), '203.0.113.7'), { history })['context.strong.sameNetwork']).toBe(false);
    expect(contextOf(registered(at(20, 9, 5)), { history })['context.strong.sameNetwork']).toBe(false);
  });
  it('is not seen on a device that is new, on none, or with a password alone', () => {
    const said = (record: Record<string, unknown>) =>
      contextOf(registered(at(20, 9, 30)), { history: [...owner, signIn(at(20, 9, 10), record)] })['context.strong.sameNetwork'];
    expect(said({})).toBe(true);
    expect(said({ deviceDetail: { deviceId: '33333333-0000-4000-8000-00000000000b' } })).toBe(false);
    expect(said({ deviceDetail: { deviceId: '' } })).toBe(false);
    expect(said({ deviceDetail: undefined })).toBe(false);
    expect(said({ authenticationRequirement: 'singleFactorAuthentication' })).toBe(false);
    expect(said({ status: { errorCode: 50074 } })).toBe(false);
  });
  it('is seen from the same country: the laptop in the hotel, then the new phone on another network', () => {
    const history = [...owner, signIn(at(20, 9, 10), { ipAddress: '198.51.100.9', location: boston })];
    expect(contextOf(signIn(at(20, 9, 30), away), { history })['context.strong.sameCountry']).toBe(true);
    expect(contextOf(signIn(at(20, 9, 30), away), { history: [...owner, signIn(at(20, 9, 10))] })['context.strong.sameCountry']).toBe(
      false,
    );
  });
  it('is unknown of somebody of whom nothing was read, and where the record names no address or country', () => {
    expect(contextOf(other('directory-audit', {}))['context.strong.sameNetwork']).toBeUndefined();
    expect(contextOf(registered(at(20, 9, 30)), { history: owner })['context.strong.sameCountry']).toBeUndefined();
  });
});

describe('what counts as strong', () => {
  it.each([
    [{ authenticationRequirement: 'multiFactorAuthentication' }, true],
    [{ authenticationDetails: [{ authenticationMethod: 'Windows Hello for Business', succeeded: true }] }, true],
    [
      {
        authenticationDetails: [{ authenticationMethod: 'Microsoft Authenticator', succeeded: false }],
        authenticationRequirement: 'singleFactorAuthentication',
      },
      false,
    ],
    [
      {
        authenticationDetails: [{ authenticationMethod: 'Password', succeeded: true }],
        authenticationRequirement: 'singleFactorAuthentication',
      },
      false,
    ],
    [{ authenticationDetails: 'text', authenticationRequirement: null }, undefined],
    [{}, undefined],
  ])('%j is %s', (record, expected) => {
    expect(isStrong(record)).toBe(expected);
  });
});
