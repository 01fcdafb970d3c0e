// Under which keys baselines remember what one record shows: browser, country, network, application, and the moment. Called by context.ts and through it by the detector.
// Keys are remembered texts, not the record's own or made anew: looking up a property by a text that was used before costs a fraction.
import type { BaselineKind } from '../../contracts/detection.ts';
import { remember } from '../remember.ts';
import { type Browser, browserOf, browserOfDevice } from './browser.ts';
import type { Sighting } from './first-seen.ts';
import { KeySet } from './known-values.ts';
import { momentKey } from './moments.ts';
import { monthKey, monthOf } from './months.ts';
import { createNetworkKeys } from './network-keys.ts';
import type { Observed } from './observed.ts';
import { deviceIn, isStrong } from './strong.ts';

export interface Keys {
  browserIn(observed: Observed): Browser | undefined;
  /** The record's own; undefined where it does not carry the value. */
  of(kind: BaselineKind, observed: Observed): KeySet | undefined;
  /** Under which this may have been seen before. */
  before(kind: BaselineKind, observed: Observed): KeySet | undefined;
  /** What a successful sign-in teaches. */
  taught(observed: Observed): Sighting;
}

/** A browser with its keys. */
interface KnownBrowser {
  readonly browser: Browser;
  readonly set: KeySet;
}
const known = (browser: Browser): KnownBrowser => ({ browser, set: new KeySet([`${browser.family} on ${browser.system}`]) });

export function createKeys(): Keys {
  const byAgent = remember((agent: string) => known(browserOf(agent)));
  const byDevice = remember((key: string) => known(browserOfDevice(key.slice(0, key.indexOf('\n')), key.slice(key.indexOf('\n') + 1))));
  const networks = createNetworkKeys();
  const countries = remember((country: string) => new KeySet([country]));
  const applications = remember((id: string) => new KeySet([id]));
  /** Applications themselves, with the month in which they were seen. */
  const awake = remember((key: string) => new KeySet(key.split('\n')));

  const browserOfRecord = (observed: Observed): KnownBrowser | undefined => {
    const agent = observed.userAgent;
    if (agent !== undefined) return byAgent(agent);
    const detail = observed.device;
    return detail === undefined ? undefined : byDevice(`${detail.browser}\n${detail.system}`);
  };
  const networkOfRecord = (observed: Observed) => {
    observed.network ??= networks(observed.address, observed.autonomousSystem);
    return observed.network;
  };
  const of = (kind: BaselineKind, observed: Observed): KeySet | undefined => {
    switch (kind) {
      case 'browser':
        observed.browser ??= browserOfRecord(observed)?.set;
        return observed.browser;
      case 'country':
        return observed.country === undefined ? undefined : countries(observed.country);
      case 'network':
        return networkOfRecord(observed);
      case 'application':
        return observed.applicationId === undefined ? undefined : applications(observed.applicationId);
    }
  };
  const momentOf = (observed: Observed): string | undefined => {
    const { signIn } = observed;
    if (signIn === undefined) return undefined;
    const strongDevice = isStrong(signIn) ? deviceIn(signIn) : undefined;
    return momentKey(observed.activity.time, observed, networkOfRecord(observed), strongDevice);
  };

  return {
    browserIn: (observed) => browserOfRecord(observed)?.browser,
    of,
    before(kind, observed) {
      // Of a record that lost its time nobody knows what came before.
      if (observed.activity.undated === true) return undefined;
      const set = of(kind, observed);
      return observed.signInKind === 'nonInteractive' ? set?.byEither : set;
    },
    taught(observed) {
      const browser = of('browser', observed);
      const country = of('country', observed);
      const network = of('network', observed);
      const application = of('application', observed);
      if (observed.signInKind === 'nonInteractive')
        return {
          browser: browser?.byProgram,
          country: country?.byProgram,
          network: network?.byProgram,
          application: application?.byProgram,
          moment: undefined,
        };
      if (observed.signInKind !== 'application') return { browser, country, network, application, moment: momentOf(observed) };
      const month = monthKey(monthOf(observed.activity.time));
      const { applicationId } = observed;
      return {
        browser,
        country,
        network,
        application: awake(applicationId === undefined ? month : `${applicationId}\n${month}`),
        moment: undefined,
      };
    },
  };
}
