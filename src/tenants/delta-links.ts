// Links of a delta query: text from a service that is kept and followed days later. Only what leads back to the same collection of the same host is followed. Used by graph.ts.
import { ServiceError } from './connections.ts';

/** They were seen to be some hundred characters long, and several thousand where many properties are selected. They are kept in a row of the store. */
export const longestLink = 16_000;

/**
 * The link as it may be followed.
 * @param path the collection, `/servicePrincipals`
 * @throws ServiceError where it leads elsewhere: nothing of what came with it is used then
 */
export function deltaLink(host: string, path: string, text: string): string {
  const refuse = (why: string) =>
    new ServiceError('graph', 0, 'ForeignDeltaLink', `GET ${path}/delta: the link to what comes next ${why} and is not followed`);
  if (text.length > longestLink) throw refuse(`has ${text.length} characters`);
  const url = URL.parse(text);
  if (url === null) throw refuse('is none');
  if (url.origin !== new URL(host).origin) throw refuse('leads to another host');
  if (url.username !== '' || url.password !== '' || url.hash !== '') throw refuse('is no address of Microsoft Graph');
  const wanted = `/v1.0${path}/`.toLowerCase();
  // The function's short and full names; Microsoft's own examples spell the collection in small letters.
  const rest = url.pathname.toLowerCase().startsWith(wanted) ? url.pathname.slice(wanted.length).toLowerCase() : undefined;
  if (rest === undefined || !/^(?:microsoft\.graph\.)?delta(?:\(\))?$/.test(rest)) throw refuse('leads to something else');
  return text;
}
