// What an attack is: a list of steps with offsets. Written as data in this folder, carried out by run.ts.
import type { clients, resources } from '../worlds/catalogue.ts';
import type { Weakening } from './weaken.ts';

export type ClientName = keyof typeof clients;
export type ResourceName = keyof typeof resources;

export interface AttackNetwork {
  readonly asn: number;
  /** Key of catalogue places. */
  readonly place: 'chisinau' | 'london' | 'warsaw' | 'amsterdam' | 'boston';
  /** Last octets of 203.0.113.0/24 that it uses. */
  readonly hosts: readonly [number, number];
}

interface At {
  /** Seconds after the attack's start. */
  readonly at: number;
}
/** What a sign-in has beside application and resource; missing: a browser, a password, nothing more. */
export interface Manner {
  /** A program that asks without a person. */
  readonly silent?: true;
  /** Replaces the attack's own user agent. */
  readonly userAgent?: string;
  readonly protocol?: 'deviceCode' | 'ropc';
  /** How the session once began, on the tokens that follow. */
  readonly transfer?: 'deviceCodeFlow';
  readonly token?: 'refreshToken' | 'primaryRefreshToken';
  /** The second factor that was passed, by the victim's own hand or by a method of the thief's. */
  readonly factor?: string;
  /** Replaces the attack's own network. */
  readonly from?: AttackNetwork;
}
/** An application of another tenant that people are asked to let in. */
export interface ForeignApp {
  readonly id: string;
  readonly name: string;
  readonly publisher: string | null;
  readonly replyUrl: string;
}
/** Whose rights an outsider has: an agent's of Microsoft's support, or a technician's of a provider. */
export type OutsiderAccess = 'microsoftSupport' | 'serviceProvider';
type ByApp = { readonly by?: 'app' };
export type Step =
  | (At & {
      readonly do: 'fail';
      /** `retired`: names of people who are no longer there. */
      readonly who: 'victim' | 'bystanders' | 'administrators' | 'retired';
      readonly error: number;
      readonly times: number;
      readonly every: number;
      /** Default: the attack's entry. */
      readonly app?: ClientName;
    })
  | (At & { readonly do: 'sign-in'; readonly app: ClientName; readonly resource: ResourceName; readonly manner?: Manner })
  /** Somebody of another tenant with rights here signs in. */
  | (At & { readonly do: 'outsider'; readonly access: OutsiderAccess; readonly app: ClientName })
  | (At & { readonly do: 'register'; readonly method: 'authenticator' | 'phone' })
  | (At & { readonly do: 'device'; readonly name: string; readonly userAgent: string })
  | (At & { readonly do: 'forward'; readonly to: string })
  /** `people`: the victim and as many others, each from home; `thief`: with the victim's session. */
  | (At & {
      readonly do: 'consent';
      readonly who: 'people' | 'thief';
      readonly others: number;
      readonly app: ForeignApp;
      readonly scope: string;
    })
  /** The foreign application reads with what it was given. */
  | (At & { readonly do: 'app-reads'; readonly app: ForeignApp; readonly items: number })
  /** The own application, already brought, gets Exchange.ManageAsApp, consent and both roles. Only where the victim is a Global Administrator. */
  | (At & { readonly do: 'empower' })
  /** A key for an application that was there before. Missing `by`: only where the victim is a Global Administrator. */
  | (At & { readonly do: 'credential'; readonly by?: OutsiderAccess })
  | (At & { readonly do: 'inbox-rule'; readonly name: string; readonly parameters: Readonly<Record<string, string>> })
  | (At & { readonly do: 'mail-read'; readonly items: number })
  | (At & { readonly do: 'download'; readonly times: number; readonly every: number })
  | (At & { readonly do: 'send'; readonly times: number; readonly every: number })
  | (At & { readonly do: 'app'; readonly name: string; readonly scope: string })
  /** Only where the victim is a Global Administrator. */
  | (At & { readonly do: 'weaken'; readonly what: Weakening })
  /** Only where the victim may administer Exchange. */
  | (At & ByApp & { readonly do: 'connector'; readonly prefix: string })
  | (At & ByApp & { readonly do: 'transport-rules'; readonly headers: readonly string[] })
  /** Takes away the connector and the rules that this attack made. */
  | (At & ByApp & { readonly do: 'clear-mail-flow' });

export interface Attack {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Which of the tenant's victims it takes by default (worlds/constants.ts). */
  readonly victim: 'finance' | 'mailAdmin' | 'globalAdmin';
  readonly userAgent: string;
  /** As the sign-in log names it. */
  readonly browser: string;
  readonly system: string;
  readonly network: AttackNetwork;
  readonly steps: readonly Step[];
}
