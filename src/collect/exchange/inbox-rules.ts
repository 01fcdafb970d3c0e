// Feed: inbox rules of touched mailboxes, hidden ones too, which Graph and Outlook do not show. They carry no time.
import type { Exchange } from '../../tenants/connections.ts';
import { type Mailbox, mailboxFeed } from './mailbox-feed.ts';

type Thing = Record<string, unknown>;

/** `{mailbox}\{rule id}`: the first part follows the mailbox's name, the second stays. */
const idOf = (rule: Thing): string =>
  String(rule['Identity'] ?? rule['RuleIdentity'])
    .split('\\')
    .at(-1) ?? '';

export const inboxRules = mailboxFeed({
  id: 'exchange.inbox-rules',
  title: 'Inbox rules of people in question',
  blind: 'rules that hide or forward mail are seen only through audits, and hidden ones not at all',
  shape: 'inbox-rule',
  // Ids of more digits than a number here holds; the description repeats the rest in words, with its time zone's dates.
  ignore: ['RuleIdentity', 'Description', 'Identity', 'IsValid', 'ObjectState'],
  nameOf: (rule) => ({ id: idOf(rule), name: String(rule['Name'] ?? '') }),
  async read(exchange, mailbox) {
    const all = await rulesOf(exchange, mailbox, { IncludeHidden: true });
    if (all.length === 0) return [];
    // Nothing in a rule says that it is hidden: only that it is missing from the list without them.
    const shown = new Set((await rulesOf(exchange, mailbox, {})).map(idOf));
    return all.map((rule) => ({ ...rule, Hidden: !shown.has(idOf(rule)) }));
  },
});

const rulesOf = (exchange: Exchange, { upn }: Mailbox, more: Readonly<Record<string, boolean>>) =>
  exchange.invoke('Get-InboxRule', { Mailbox: upn, ...more }, upn);
