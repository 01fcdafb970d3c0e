// Whose account it is: a person's, or one that a machine, a room or a synchronisation uses. Called by context.ts, which remembers the answers.
// Cost: a few patterns per name. Source: the directory's roles and titles, else the account's names; several languages. A name proves nothing, so a person is only who the directory says has a title.

export type AccountKind = 'person' | 'service' | 'room' | 'sync' | 'scanner';

export interface AccountFacts {
  /** User principal name, as a record or the directory spells it. */
  readonly account: string | undefined;
  readonly displayName: string | undefined;
  readonly title: string | undefined;
  readonly roles: readonly string[] | undefined;
}

/** Entra Connect and Cloud Sync: the role's names and template id, and how their accounts are called. */
const syncRole =
  /^(?:directory synchronization accounts|on premises directory sync account|d29b2b05-8046-44ba-8758-1e26182fcf32|a92aed5d-d78a-4d16-b381-09adb37eb3b0)$/i;
const syncName = /^(?:sync_|adtoaadsyncserviceaccount|aad_)[^@]*@|\bdirectory synchroni[sz]ation\b/i;

/** Whole words of the name before the @, or of the display name, after folding case and accents. */
const words: readonly (readonly [AccountKind, RegExp])[] = [
  [
    'scanner',
    /(?:^| )(?:scan|scans|scanner|scanners|scan to mail|scantomail|scan to email|scan2mail|printer|printers|copier|copieur|drucker|kopierer|mfp|mfd|fax|imprimante|impresora|escaner|stampante|impressora|digitalizador|kopieerapparaat|multifunctional)(?: |$)/,
  ],
  [
    'room',
    /(?:^| )(?:room|meeting room|meetingroom|conference room|conf room|confroom|boardroom|salle de reunion|besprechungsraum|besprechung|konferenzraum|sitzungszimmer|sala de reuniones|sala riunioni|sala de reuniao|vergaderzaal|vergaderruimte|mtr|surface hub|equipment)(?: |$)/,
  ],
  [
    'service',
    /(?:^| )(?:svc|service|services|srv|service account|serviceaccount|system|automation|robot|noreply|no reply|donotreply|do not reply|backup|monitoring|daemon|scheduler|connector|break glass|breakglass|emergency access|test account|dienstkonto|compte de service|cuenta de servicio|account di servizio|conta de servico|serviceaccounts)(?: |$)/,
  ],
];
const japanese: readonly (readonly [AccountKind, RegExp])[] = [
  ['scanner', /スキャナ|プリンタ|複合機/],
  ['room', /会議室/],
  ['service', /サービスアカウント|自動/],
];

const fold = (text: string): string =>
  text
    .slice(0, 256)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/(\p{L})\d+(?= |$)/gu, '$1')
    .trim();

/** Undefined where neither the names nor the directory tell. */
export function accountKindOf({ account, displayName, title, roles }: AccountFacts): AccountKind | undefined {
  if (
    roles?.some((role) => syncRole.test(role.trim())) ||
    (account !== undefined && syncName.test(account)) ||
    (displayName !== undefined && syncName.test(displayName))
  )
    return 'sync';
  for (const name of [account?.replace(/@.*$/, ''), displayName, title]) {
    if (name === undefined || name === '') continue;
    const text = fold(name);
    // Somebody whose title speaks of services is still a person: "Head of IT Services".
    const found =
      name === title
        ? undefined
        : (words.find(([, pattern]) => pattern.test(text)) ?? japanese.find(([, pattern]) => pattern.test(name.normalize('NFC'))));
    if (found !== undefined) return found[0];
  }
  if (title !== undefined && /\b(?:service|scan(?:-to-mail)?|room|shared|break-?glass) (?:account|mailbox)\b/i.test(title))
    return 'service';
  return title === undefined || title.trim() === '' ? undefined : 'person';
}
