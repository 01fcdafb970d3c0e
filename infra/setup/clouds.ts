// The addresses that setting up needs beside those that the guard itself uses (src/config.ts). Called by the hooks.
import { clouds as guardClouds } from '../../src/config.ts';

export type CloudName = keyof typeof guardClouds;
export interface Cloud {
  /** Where people and apps sign in; issuer of tokens. */
  readonly authority: string;
  readonly graph: string;
  readonly resourceManager: string;
  /** Audience of a managed identity's token that is exchanged for an app's. */
  readonly exchangeAudience: string;
}

const more = {
  public: { resourceManager: 'https://management.azure.com', exchangeAudience: 'api://AzureADTokenExchange' },
  usgov: { resourceManager: 'https://management.usgovcloudapi.net', exchangeAudience: 'api://AzureADTokenExchangeUSGov' },
  china: { resourceManager: 'https://management.chinacloudapi.cn', exchangeAudience: 'api://AzureADTokenExchangeChina' },
} as const satisfies Record<CloudName, Omit<Cloud, 'authority' | 'graph'>>;

/** Throws for a name that is none. Undefined or empty: the public cloud. */
export function cloudOf(name: string | undefined): Cloud {
  const known = Object.keys(more) as CloudName[];
  const wanted = name === undefined || name === '' ? 'public' : known.find((candidate) => candidate === name);
  if (wanted === undefined) throw new Error(`TG_CLOUD is ${name}; expected ${known.join(', ')}`);
  return { authority: guardClouds[wanted].authority, graph: guardClouds[wanted].graph, ...more[wanted] };
}
