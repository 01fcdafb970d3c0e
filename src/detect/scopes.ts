// What an application may do by a consent, in words: the log holds a dump of ids in which the permissions are the last thing to be found. Pure; called by facts.ts.

/** Fields of records that hold permissions. */
const holding: ReadonlySet<string> = new Set(['ConsentAction.Permissions', 'scope']);
export const holdsScopes = (field: string): boolean => holding.has(field);

/** What tells most of a thief first; the first pattern that fits speaks. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^(?:EWS\.AccessAsUser\.All|full_access_as_(?:app|user))$/i, 'do everything in mailboxes'],
  [
    /^(?:RoleManagement|AppRoleAssignment|Application|Directory|PrivilegedAccess)\.ReadWrite\b/i,
    'change roles, applications or the directory',
  ],
  [/^Exchange\.Manage(?:AsApp)?$/i, 'manage Exchange'],
  [/^Mail\.Send\b|^SMTP\.Send$/i, 'send mail'],
  [/^Mail\.ReadWrite\b/i, 'read and change mail'],
  [/^(?:Mail\.Read|IMAP\.|POP\.|Mail\.ReadBasic)/i, 'read mail'],
  [/^MailboxSettings\.ReadWrite\b/i, 'change mailbox settings'],
  [/^MailboxSettings\.Read\b/i, 'read mailbox settings'],
  [/^(?:Files|Sites)\.(?:ReadWrite|FullControl|Manage)\b/i, 'read and change files'],
  [/^(?:Files|Sites)\./i, 'read files'],
  [/^(?:Chat|ChannelMessage|ChatMessage|Team|Channel)\w*\./i, 'use Teams chats'],
  [/^(?:Calendars|OnlineMeetings)\./i, 'use the calendar'],
  [/^(?:Contacts|People)\./i, 'read contacts'],
  [/^Notes\./i, 'read notes'],
  [/^(?:User|Group|Directory|AuditLog|Policy|Device)\S*\.All$/i, 'read the directory'],
  [/^offline_access$/i, 'come back while the person is away'],
  [/^(?:openid|profile|email|User\.Read)$/i, 'see who signs in'],
];
const namedMost = 4;
/** More than any application asks for; bounds the work on hostile text. */
const scopesMost = 500;

/** Of "before => after" what holds after; a plain list is read as one. */
function scopesIn(text: string): string[] {
  const after = text.slice(text.lastIndexOf('=>') + 1);
  const named = [...after.matchAll(/\bScope:([^,\]]*)/gi)].map(([, list]) => list ?? '');
  const words = (named.length > 0 ? named.join(' ') : text.includes('=>') ? '' : text).split(/[\s,;]+/);
  return [...new Set(words.filter((word) => /^[A-Za-z][\w.:/-]*$/.test(word)))].slice(0, scopesMost);
}

/**
 * To follow "can". Undefined where no permission is found in it.
 * @example scopesInWords('offline_access Mail.Read Mail.Send') === 'send mail, read mail, come back while the person is away'
 */
export function scopesInWords(value: unknown): string | undefined {
  const texts = [value].flat().filter((text) => typeof text === 'string');
  const scopes = [...new Set(texts.flatMap((text) => scopesIn(text.slice(0, 20_000))))];
  if (scopes.length === 0) return undefined;
  const ranked = scopes
    .map((scope) => meanings.findIndex(([pattern]) => pattern.test(scope.replace(/^https:\/\/[^/]+\//, ''))))
    .sort((a, b) => a - b);
  const known = [...new Set(ranked.filter((rank) => rank >= 0))].map((rank) => meanings[rank]?.[1] ?? '');
  const shown = known.slice(0, namedMost);
  const left = known.length - shown.length + ranked.filter((rank) => rank < 0).length;
  if (shown.length === 0)
    return `use ${scopes.length === 1 ? 'one permission' : `${scopes.length} permissions`} (${scopes.slice(0, 2).join(', ')}${scopes.length > 2 ? ', …' : ''})`;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}
