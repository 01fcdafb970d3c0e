// What a record says about where an activity came from, whatever its shape. Called by context.ts and the detector, each field only when somebody asks.
import type { Activity, Shape, View } from '../../contracts/activity.ts';
import type { KeySet } from './known-values.ts';
import { autonomousSystem, cleanAddress } from './network.ts';
import type { NetworkKeys } from './network-keys.ts';
import { errorCode } from './outcome.ts';

type Raw = Readonly<Record<string, unknown>>;

const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);
/** Nearly every text is short and begins with something: that is seen without looking for blanks. */
function text(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const first = value.charCodeAt(0);
  if (first > 32 && first < 127 && value.length <= longestText) return value;
  return value.trim() === '' ? undefined : value.slice(0, longestText);
}
const longestText = 2048;
/** No field asked for here is one that every object has. */
const within = (value: unknown, field: string): unknown => (isRaw(value) ? value[field] : undefined);

const mostEntries = 200;
/** Value of an entry in `[{Name, Value}]` (unified audit) or `[{key, value}]` (Graph). At most 200 entries are looked at. */
export function named(list: unknown, wanted: string): unknown {
  if (!Array.isArray(list)) return undefined;
  for (let at = 0; at < Math.min(list.length, mostEntries); at++) {
    const entry: unknown = list[at];
    const name = within(entry, 'Name') ?? within(entry, 'key');
    if (name === wanted) return within(entry, 'Value') ?? within(entry, 'value');
  }
  return undefined;
}

/** What stands after the last @; a name without one counts as a whole. */
const domainOf = (value: unknown): string | undefined => text(value)?.trim().toLowerCase().replace(/^.*@/, '');

/** The mailbox, or the object in it, of a change between two snapshots. */
function mailboxIn(record: Raw): unknown {
  const after = record['after'];
  return within(after, 'MailboxId') === undefined ? undefined : after;
}

export function viewOf(activity: Activity, shape: Shape): View | undefined {
  for (const view of activity.views) if (view.shape === shape) return view;
  return undefined;
}

/** Successful or not, from whichever feed. */
export const isSignIn = (activity: Activity): boolean => viewOf(activity, 'sign-in') !== undefined;

const unread = Symbol('unread');
const none: readonly string[] = [];
const mostTargets = 20;

/** What changed properties, as Graph or as the unified audit log spells them, say of where an application may be answered. */
function addReplies(changes: unknown, replies: string[]): void {
  if (!Array.isArray(changes)) return;
  for (const change of changes) {
    const label = within(change, 'displayName') ?? within(change, 'Name');
    if (label !== 'AppAddress' && label !== 'ReplyUrls') continue;
    const reply = text(within(change, 'newValue') ?? within(change, 'NewValue'));
    if (reply !== undefined) replies.push(reply);
  }
}

export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Reads one activity; nothing is computed before it is asked for. */
export class Observed {
  readonly signIn: Raw | undefined;
  /** Keys under which baselines hold what is seen here, kept by keys.ts: learning and several rules ask for them. */
  browser: KeySet | undefined = undefined;
  network: NetworkKeys | undefined = undefined;
  readonly activity: Activity;
  #kind: 'interactive' | 'nonInteractive' | 'application' | undefined = undefined;
  #address: string | undefined | typeof unread = unread;
  #country: string | undefined | typeof unread = unread;
  #coordinates: Coordinates | undefined | typeof unread = unread;
  #applicationId: string | undefined | typeof unread = unread;
  // Published indicators, foreign ones and the domains of both ask for these.
  #emails: readonly string[] | undefined = undefined;
  #urls: readonly string[] | undefined = undefined;

  constructor(activity: Activity) {
    this.activity = activity;
    this.signIn = viewOf(activity, 'sign-in')?.record;
  }

  /**
   * Who made a sign-in: a person, a program with a token that a person got before, or an application by itself. A record that does not tell (exports lose the
   * column, the unified audit log never says it outright) is taken for a person's.
   */
  get signInKind(): 'interactive' | 'nonInteractive' | 'application' | undefined {
    if (this.signIn === undefined) return undefined;
    this.#kind ??= this.#readKind(this.signIn);
    return this.#kind;
  }

  #readKind(signIn: Raw) {
    if (this.activity.subject.startsWith('app:')) return 'application';
    return signIn['isInteractive'] === false && this.activity.views[0]?.shape === 'sign-in' ? 'nonInteractive' : 'interactive';
  }

  /** A refreshed or replayed token was used, and no password. */
  get byToken(): boolean {
    if (this.signInKind !== 'nonInteractive' || this.signIn === undefined) return false;
    const { incomingTokenType: token, authenticationProtocol: protocol } = this.signIn;
    return protocol !== 'ropc' && typeof token === 'string' && token !== '' && token !== 'none';
  }

  /** Error code of a sign-in. */
  get errorCode(): number | undefined {
    return errorCode(within(this.signIn?.['status'], 'errorCode'));
  }

  get userAgent(): string | undefined {
    if (this.signIn !== undefined) return text(this.signIn['userAgent']);
    const record = this.#first();
    const details = record['additionalDetails'] ?? record['ExtendedProperties'];
    const direct = text(named(details, 'User-Agent')) ?? text(named(details, 'UserAgent')) ?? text(record['UserAgent']);
    if (direct !== undefined) return direct;
    // Directory events of the unified audit hide it in JSON inside a text.
    const hidden = text(named(details, 'additionalDetails'));
    return hidden === undefined ? undefined : text(/"User-Agent"\s*:\s*"((?:[^"\\]|\\.){1,1024})"/.exec(hidden)?.[1]);
  }

  /** Source address without port. */
  get address(): string | undefined {
    if (this.#address === unread) this.#address = this.#readAddress();
    return this.#address;
  }

  #readAddress(): string | undefined {
    if (this.signIn !== undefined) return cleanAddress(this.signIn['ipAddress']);
    const record = this.#first();
    return (
      cleanAddress(within(within(record['initiatedBy'], 'user'), 'ipAddress')) ??
      cleanAddress(record['ipAddress']) ??
      cleanAddress(record['ClientIP']) ??
      cleanAddress(record['ActorIpAddress']) ??
      cleanAddress(record['ClientIPAddress'])
    );
  }

  get autonomousSystem(): number | undefined {
    return autonomousSystem((this.signIn ?? this.#first())['autonomousSystemNumber']);
  }

  /** Country code as the source gives it, upper case. */
  get country(): string | undefined {
    if (this.#country === unread)
      this.#country = text(within((this.signIn ?? this.#first())['location'], 'countryOrRegion'))?.toUpperCase();
    return this.#country;
  }

  /** Where the source believes the address to be, in tenths of a degree (11 km). 0, 0 is how some sources write "not known". */
  get coordinates(): Coordinates | undefined {
    if (this.#coordinates === unread) this.#coordinates = this.#readCoordinates();
    return this.#coordinates;
  }

  #readCoordinates(): Coordinates | undefined {
    const found = within((this.signIn ?? this.#first())['location'], 'geoCoordinates');
    const latitude = within(found, 'latitude');
    const longitude = within(found, 'longitude');
    if (typeof latitude !== 'number' || typeof longitude !== 'number' || (latitude === 0 && longitude === 0)) return undefined;
    if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return undefined;
    return { latitude: Math.round(latitude * 10) / 10, longitude: Math.round(longitude * 10) / 10 };
  }

  /** "City, country", as far as known. */
  get place(): string | undefined {
    const location = (this.signIn ?? this.#first())['location'];
    const city = text(within(location, 'city'));
    const country = text(within(location, 'countryOrRegion'));
    return city === undefined || country === undefined ? (city ?? country) : `${city}, ${country}`;
  }

  get applicationId(): string | undefined {
    if (this.#applicationId === unread) this.#applicationId = this.#readApplicationId();
    return this.#applicationId;
  }

  #readApplicationId(): string | undefined {
    const record = this.signIn ?? this.#first();
    return (text(record['appId']) ?? text(record['ApplicationId']) ?? text(record['AppId']) ?? text(record['ClientAppId']))?.toLowerCase();
  }

  get applicationName(): string | undefined {
    const record = this.signIn ?? this.#first();
    return text(record['appDisplayName']);
  }

  /** Browser and system as Graph's deviceDetail names them: for sign-ins that carry no user agent. */
  get device(): { readonly browser: string; readonly system: string } | undefined {
    const detail = this.signIn?.['deviceDetail'];
    const browser = text(within(detail, 'browser'));
    return browser === undefined ? undefined : { browser, system: text(within(detail, 'operatingSystem')) ?? '' };
  }

  get operation(): string | undefined {
    const record = this.#first();
    return text(record['activityDisplayName']) ?? text(record['Operation']) ?? text(record['change']);
  }

  /** Display names of what the record is about: applications, connectors, rules. */
  get names(): string[] {
    const record = this.#first();
    const targets = Array.isArray(record['targetResources']) ? record['targetResources'].slice(0, 20) : [];
    const candidates = [
      this.applicationName,
      text(record['name']),
      ...targets.map((target) => text(within(target, 'displayName'))),
      text(named(record['Parameters'], 'Name')),
    ];
    return [...new Set(candidates.filter((name) => name !== undefined))];
  }

  /** Mail addresses to which the record sends things: forwarding, redirection, blind copies. */
  get emails(): readonly string[] {
    this.#emails ??= this.#readEmails();
    return this.#emails;
  }

  #readEmails(): readonly string[] {
    const record = this.#first();
    const parameters = record['Parameters'];
    const fields = ['ForwardTo', 'ForwardAsAttachmentTo', 'RedirectTo', 'ForwardingSmtpAddress', 'BlindCopyTo', 'RedirectMessageTo'];
    const mailbox = mailboxIn(record);
    if (parameters === undefined && mailbox === undefined && record['OperationProperties'] === undefined) return none;
    const values = [
      ...fields.map((field) => named(parameters, field)),
      ...(mailbox === undefined ? [] : fields.flatMap((field) => within(mailbox, field))),
      named(record['OperationProperties'], 'RuleActions'),
    ];
    return values.flatMap((value) => (text(value) ?? '').match(/[^\s;,<>"'[\]:]{1,64}@[^\s;,<>"'[\]:]{1,253}/g) ?? []);
  }

  /** Domains of those addresses that are neither the mailbox's, nor the doer's, nor the organisation's own, nor below one of these. */
  get externalDomains(): string[] {
    const record = this.#first();
    const mailbox = mailboxIn(record);
    const own = [
      record['UserId'],
      record['MailboxOwnerUPN'],
      named(record['Parameters'], 'Identity'),
      record['OrganizationName'],
      within(mailbox, 'MailboxName'),
      within(mailbox, 'PrimarySmtpAddress'),
    ].map(domainOf);
    const domains = this.emails.map(domainOf).filter((domain) => domain !== undefined);
    return [...new Set(domains)].filter((domain) => !own.some((home) => domain === home || domain.endsWith(`.${home}`)));
  }

  /** Web addresses that an application may be answered at. */
  get urls(): readonly string[] {
    this.#urls ??= this.#readUrls();
    return this.#urls;
  }

  #readUrls(): readonly string[] {
    const record = this.#first();
    const targets = record['targetResources'];
    const properties = record['ModifiedProperties'];
    const replyUrls = within(record['after'], 'replyUrls');
    const replies: string[] = [];
    if (Array.isArray(targets))
      for (let at = 0; at < Math.min(targets.length, mostTargets); at++) addReplies(within(targets[at], 'modifiedProperties'), replies);
    addReplies(properties, replies);
    if (Array.isArray(replyUrls)) replies.push(...replyUrls.slice(0, 50).filter((url) => typeof url === 'string'));
    if (replies.length === 0) return none;
    return [...new Set(replies.flatMap((reply) => reply.match(/https?:\/\/[^\s"'\\<>\]]{1,500}/g) ?? []))];
  }

  /** Host names of those mail and web addresses, and of a connector's senders. */
  get domains(): readonly string[] {
    const senders = within(this.#first()['after'], 'SenderDomains');
    if (this.emails.length === 0 && this.urls.length === 0 && !Array.isArray(senders)) return none;
    const hosts = [
      ...this.emails.map((email) => email.slice(email.lastIndexOf('@') + 1)),
      ...this.urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname),
      ...(Array.isArray(senders) ? senders.slice(0, 50) : [])
        .filter((one) => typeof one === 'string')
        .map((one) => one.replace(/^(?:smtp:)?\*?\.?/i, '').replace(/;.*$/, '')),
    ];
    return [...new Set(hosts)];
  }

  /** The record in its source's own spelling. */
  get record(): Raw {
    return this.#first();
  }

  #first(): Raw {
    return this.activity.views[0]?.record ?? {};
  }
}
