// Stops mail from coming in through an inbound connector: disables it, never deletes. Undo enables it again if nobody changed it since.
import { z } from 'zod';
import { ServiceError } from '../../tenants/connections.ts';
import { type ActionContext, defineAction } from '../action.ts';
import { isGone } from '../errors.ts';
import { exchangeAdministrator, exchangeManage } from './permissions.ts';

const connector = z.looseObject({ Guid: z.string(), Name: z.string(), Enabled: z.boolean(), ConnectorSource: z.string().optional() });
type Connector = z.infer<typeof connector>;
const state = z.object({ connector: connector.nullable() });

/** Fields that our own change moves. */
const moving: ReadonlySet<string> = new Set(['Enabled', 'WhenChangedUTC', 'WhenChanged', 'Comment']);
const settled = (object: Connector): string =>
  JSON.stringify(
    Object.entries(object)
      .filter(([key]) => !moving.has(key))
      .sort(([a], [b]) => a.localeCompare(b)),
  );
const changedFields = (a: Connector, b: Connector): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((key) => !moving.has(key) && JSON.stringify(a[key]) !== JSON.stringify(b[key]))
    .sort();
const describe = (object: Connector, fields: readonly string[]): string =>
  fields
    .map((field) => `${field} = ${JSON.stringify(object[field]) ?? 'absent'}`)
    .join(', ')
    .slice(0, 300);

/** Null if it doesn’t exist. */
async function read({ responder, target }: ActionContext): Promise<Connector | null> {
  try {
    const found = await responder.exchange.invoke('Get-InboundConnector', { Identity: target.id });
    const parsed = z.array(connector).safeParse(found);
    if (!parsed.success) throw new ServiceError('exchange', 0, 'UnknownForm', `Get-InboundConnector: ${z.prettifyError(parsed.error)}`);
    return parsed.data[0] ?? null;
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

const set = ({ responder, target }: ActionContext, enabled: boolean) =>
  responder.exchange.invoke('Set-InboundConnector', { Identity: target.id, Enabled: enabled, Confirm: false });

export const disableInboundConnector = defineAction({
  id: 'disable-inbound-connector',
  label: 'Disable inbound connector',
  summary: 'Disables an inbound connector, so that mail no longer comes in through it.',
  object: 'the connector',
  permissions: [exchangeManage, exchangeAdministrator],
  target: 'connector',
  removes: false,
  state,
  schedule: [1, 3, 5, 10, 30, 60, 120, 300],
  portal: () => 'https://admin.exchange.microsoft.com/#/connectors',
  async before(context) {
    const found = await read(context);
    if (found === null)
      return {
        state: { connector: null },
        already: 'The connector no longer exists.',
        wouldDo: 'Nothing: the connector no longer exists.',
      };
    return {
      state: { connector: found },
      ...(found.Enabled ? {} : { already: 'The connector was disabled already.' }),
      ...(found.ConnectorSource === 'HybridWizard'
        ? {
            refused: {
              why: 'This connector belongs to the hybrid set-up: disabling it stops mail between the cloud and your own servers.',
              next: 'Check its addresses and certificate with whoever runs Exchange, then disable it by hand: https://admin.exchange.microsoft.com/#/connectors',
            },
          }
        : {}),
      wouldDo: 'The connector would be disabled.',
      staysOpen: ['Mail that came in before is delivered.', 'Whoever made the connector can make another: contain that account too.'],
    };
  },
  async act(context, { connector: before }) {
    if (before !== null) await set(context, false);
  },
  async look(context) {
    const found = await read(context);
    if (found === null) return { seen: true, detail: 'The connector no longer exists.' };
    return found.Enabled
      ? { seen: false, detail: 'Exchange still shows the connector as enabled.' }
      : { seen: true, detail: 'The connector is disabled.' };
  },
  undo: {
    async check(context, { connector: before }) {
      const found = await read(context);
      if (before === null) return { already: 'There was no connector to disable.' };
      if (!before.Enabled) return { already: 'The connector was disabled before: it stays disabled.' };
      if (found === null) return { conflict: { left: `connector ${before.Name}, disabled`, found: 'no connector: somebody deleted it' } };
      if (settled(found) !== settled(before)) {
        const fields = changedFields(before, found);
        return { conflict: { left: describe(before, fields), found: describe(found, fields) } };
      }
      return found.Enabled ? { already: 'Somebody enabled the connector already.' } : {};
    },
    async act(context, { connector: before }) {
      if (before?.Enabled === true) await set(context, true);
    },
    async look(context, { connector: before }) {
      if (before?.Enabled !== true) return { seen: true, detail: 'It was so before: it stays so.' };
      const found = await read(context);
      return found?.Enabled === true
        ? { seen: true, detail: 'The connector is enabled again.' }
        : { seen: false, detail: 'Exchange still shows the connector as disabled.' };
    },
  },
});
