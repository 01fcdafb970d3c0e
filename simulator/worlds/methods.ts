// Authentication methods as Graph spells them. Used by worlds/, attacks/ and handlers.
import type { Method } from '../tenant-state.ts';
import { guid } from './random.ts';

const iso = (time: number): string => new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');

export const methodTypes = {
  password: '#microsoft.graph.passwordAuthenticationMethod',
  authenticator: '#microsoft.graph.microsoftAuthenticatorAuthenticationMethod',
  phone: '#microsoft.graph.phoneAuthenticationMethod',
} as const;
export const passwordMethodId = '28c10230-6103-485e-b985-444c60001490';
const mobilePhoneId = '3179e48a-750b-4051-897c-87b9720928f7';

export function authenticatorMethod(userId: string, created: number, device: string, key: string): Method {
  return {
    '@odata.type': methodTypes.authenticator,
    id: guid(userId, 'authenticator', key),
    createdDateTime: iso(created),
    displayName: device,
    deviceTag: 'SoftwareTokenActivated',
    phoneAppVersion: '6.2509.1',
    isDefault: false,
    userId,
  };
}
/** Numbers of the kind +1 555 01xx belong to nobody. */
export function phoneMethod(userId: string, created: number, number: string): Method {
  return {
    '@odata.type': methodTypes.phone,
    id: mobilePhoneId,
    createdDateTime: iso(created),
    phoneNumber: number,
    phoneType: 'mobile',
    smsSignInState: 'notAllowedByPolicy',
    isDefault: false,
    userId,
  };
}
export const methodKey = (method: Pick<Method, 'userId' | 'id'>): string => `${method.userId}/${method.id}`;
