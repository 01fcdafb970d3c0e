// Under which keys baselines remember what one record shows: browser, country, network, application, and the moment. Called by context.ts and through it by the detector.
// Keys are remembered texts, not the record's own or made anew: looking up a property by a text that was used before costs a fraction.
import type { BaselineKind } from '../../contracts/detection.ts';
import { remember } from '../remember.ts';
import { type Browser, browserOf, browserOfDevice } from './browser.ts';
import type { Sighting } from './first-seen.ts';
import { momentKey } from './moments.ts';
import { monthKey, monthOf } from './months.ts';
import { networkOf } from './network.ts';
import type { Observed } from './observed.ts';
import { deviceIn, isStrong } from './strong.ts';

export interface Keys {
  browserIn(observed: Observed): Browser | undefined;
  /** The record's own; undefined where it does not carry the value. */
  of(kind: BaselineKind, observed: Observed): readonly string[] | undefined;
  /** Under which this may have been seen before. */
  before(kind: BaselineKind, observed: Observed): readonly string[] | undefined;
  /** What a successful sign-in teaches. */
  taught(observed: Observed): Sighting;
}

export function createKeys(): Keys {
  const browser = remember(browserOf);
  const device = remember((key: string): Browser => browserOfDevice(key.slice(0, key.indexOf('\n')), key.slice(key.indexOf('\n') + 1)));
  const network = remember(networkOf);
  const browserKeys = remember(({ family, system }: Browser): readonly string[] => [`${family} on ${system}`]);
  const systemKey = remember((number: number) => `as:${number}`);
  const textKeys = remember((text: string): readonly string[] => [text]);
  const keysOf = (text: string | undefined) => (text === undefined ? undefined : textKeys(text));
  // What programs do with a person's tokens is remembered apart: it must not make a thief's network look usual to the sign-ins of the person, who comes later.
  const byProgram = remember((key: string) => `program:${key}`);

  const browserIn = (observed: Observed): Browser | undefined => {
    observed.browser ??= readBrowser(observed);
    return observed.browser;
  };
  const readBrowser = (observed: Observed): Browser | undefined => {
    const agent = observed.userAgent;
    if (agent !== undefined) return browser(agent);
    const detail = observed.device;
    return detail === undefined ? undefined : device(`${detail.browser}\n${detail.system}`);
  };
  const values = {
    browser: (observed: Observed) => {
      if (observed.browserKeys !== undefined) return observed.browserKeys;
      const found = browserIn(observed);
      if (found !== undefined) observed.browserKeys = browserKeys(found);
      return observed.browserKeys;
    },
    country: (observed: Observed) => keysOf(observed.country),
    network: (observed: Observed) => {
      if (observed.networkKeys !== undefined) return observed.networkKeys;
      const number = observed.autonomousSystem;
      const address = observed.address;
      if (number !== undefined) observed.networkKeys = address === undefined ? [systemKey(number)] : [systemKey(number), network(address)];
      else if (address !== undefined) observed.networkKeys = [network(address)];
      return observed.networkKeys;
    },
    application: (observed: Observed) => keysOf(observed.applicationId),
  };
  const taughtOf = (kind: BaselineKind, observed: Observed): readonly string[] | undefined => {
    const keys = values[kind](observed);
    if (observed.signInKind === 'nonInteractive') return keys?.map(byProgram);
    return kind === 'application' && observed.signInKind === 'application'
      ? [...(keys ?? []), monthKey(monthOf(observed.activity.time))]
      : keys;
  };
  const momentOf = (observed: Observed, signIn: Readonly<Record<string, unknown>>): string | undefined => {
    const { coordinates, country } = observed;
    return momentKey(observed.activity.time, {
      latitude: coordinates?.latitude,
      longitude: coordinates?.longitude,
      country,
      networks: values.network(observed) ?? [],
      strongDevice: isStrong(signIn) === true ? deviceIn(signIn) : undefined,
    });
  };

  return {
    browserIn,
    of: (kind, observed) => values[kind](observed),
    before(kind, observed) {
      const keys = values[kind](observed);
      return keys === undefined || observed.signInKind !== 'nonInteractive' ? keys : [...keys, ...keys.map(byProgram)];
    },
    taught(observed) {
      const byPerson = observed.signInKind === 'interactive';
      return {
        browser: taughtOf('browser', observed),
        country: taughtOf('country', observed),
        network: taughtOf('network', observed),
        application: taughtOf('application', observed),
        moment: observed.signIn !== undefined && byPerson ? momentOf(observed, observed.signIn) : undefined,
      };
    },
  };
}
