// What an attack is: a list of steps with offsets. Written as data in this folder, carried out by run.ts.
import type { Weakening } from './weaken.ts';

interface AttackNetwork {
  readonly asn: number;
  /** Key of catalogue places. */
  readonly place: 'chisinau' | 'london' | 'warsaw';
  /** Last octets of 203.0.113.0/24 that it uses. */
  readonly hosts: readonly [number, number];
}

interface At {
  /** Seconds after the attack's start. */
  readonly at: number;
}
export type Step =
  | (At & {
      readonly do: 'fail';
      readonly who: 'victim' | 'bystanders';
      readonly error: number;
      readonly times: number;
      readonly every: number;
    })
  | (At & {
      readonly do: 'sign-in';
      readonly app: 'officeHome' | 'shell' | 'exchange' | 'mySignins';
      readonly resource: 'officeHome' | 'graph' | 'exchange' | 'myProfile';
    })
  | (At & { readonly do: 'register'; readonly method: 'authenticator' | 'phone' })
  | (At & { readonly do: 'inbox-rule'; readonly name: string; readonly parameters: Readonly<Record<string, string>> })
  | (At & { readonly do: 'mail-read'; readonly items: number })
  | (At & { readonly do: 'download'; readonly times: number; readonly every: number })
  | (At & { readonly do: 'send'; readonly times: number; readonly every: number })
  | (At & { readonly do: 'app'; readonly name: string; readonly scope: string })
  /** Only where the victim is a Global Administrator. */
  | (At & { readonly do: 'weaken'; readonly what: Weakening })
  /** Only where the victim may administer Exchange. */
  | (At & { readonly do: 'connector'; readonly prefix: string })
  | (At & { readonly do: 'transport-rules'; readonly headers: readonly string[] });

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
