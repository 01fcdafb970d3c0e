// Exchange Online's cmdlets through InvokeCommand: the only way to change a connector (reference: exchange-online, C.4). Isolated here since nobody promises its contract. Implements connections.ts.
import type { TokenCredential } from '@azure/identity';
import { z } from 'zod';
import { askWithToken } from './access-token.ts';
import { type Exchange, ServiceError } from './connections.ts';
import { retryAfterSeconds } from './graph.ts';

const answer = z.object({ value: z.array(z.record(z.string(), z.unknown())).default([]), '@odata.nextLink': z.string().optional() });
const failure = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string().optional(),
    details: z.array(z.object({ message: z.string().optional() })).optional(),
    innererror: z
      .object({ internalexception: z.object({ message: z.string().optional(), type: z.string().optional() }).optional() })
      .optional(),
  }),
});

/** Organisation-wide cmdlets are routed by this mailbox; mailbox cmdlets by the mailbox's own name. */
const organisationAnchor = (tenant: string): string => `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${tenant}`;

export interface ExchangeClientOptions {
  readonly host: string;
  readonly tenant: string;
  readonly credential: TokenCredential;
  readonly timeoutSeconds?: number;
}

export function createExchange({ host, tenant, credential, timeoutSeconds = 60 }: ExchangeClientOptions): Exchange {
  return {
    async invoke(cmdlet, parameters = {}, anchor = organisationAnchor(tenant)) {
      const post = (token: string) =>
        fetch(`${host}/adminapi/beta/${tenant}/InvokeCommand`, {
          method: 'POST',
          headers: {
            Authorization: `Bearer ${token}`,
            'Content-Type': 'application/json; charset=utf-8',
            Accept: 'application/json',
            Prefer: 'odata.maxpagesize=1000',
            'X-AnchorMailbox': anchor,
            'X-CmdletName': cmdlet,
          },
          body: JSON.stringify({ CmdletInput: { CmdletName: cmdlet, Parameters: parameters } }),
          // A redirect would carry what is sent to wherever it points.
          redirect: 'error',
          signal: AbortSignal.timeout(timeoutSeconds * 1000),
        });
      let status: number;
      let text: string;
      let retry: number | undefined;
      try {
        const response = await askWithToken(credential, `${host}/.default`, post);
        status = response.status;
        text = await response.text();
        retry = retryAfterSeconds(response.headers.get('retry-after'), Date.now());
      } catch (cause) {
        if (cause instanceof ServiceError) throw cause;
        throw new ServiceError('exchange', 0, 'Unreachable', `${cmdlet}: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
      }
      const body = parse(text);
      if (status < 200 || status >= 300) throw refusal(cmdlet, status, body, retry);
      const parsed = answer.safeParse(body);
      if (!parsed.success)
        throw new ServiceError('exchange', 0, 'NoAnswer', `${cmdlet}: the answer was not in the form that Exchange gives`);
      if (parsed.data['@odata.nextLink'] !== undefined)
        throw new ServiceError('exchange', 0, 'Truncated', `${cmdlet}: Exchange gave only a part of the objects`);
      return parsed.data.value.map(withoutMetadata);
    },
  };
}

/** The body of a 403 may be a run of NUL bytes: never assume JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no JSON: the callers below say so in their error
  }
}

function refusal(cmdlet: string, status: number, body: unknown, retry: number | undefined): ServiceError {
  const parsed = failure.safeParse(body);
  const error = parsed.success ? parsed.data.error : undefined;
  const inner = error?.innererror?.internalexception;
  const detail = error?.details?.[0]?.message?.replace(/^\|[^|]*\|/, '');
  const message =
    inner?.message ?? (detail === undefined || detail === '' ? error?.message : detail) ?? `it answered ${status} without saying why`;
  const code = inner?.type?.split('.').at(-1) ?? error?.code ?? `Http${status}`;
  return new ServiceError('exchange', status, code, `${cmdlet}: ${message}`, retry === undefined ? {} : { retryAfterSeconds: retry });
}

function withoutMetadata(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !key.includes('@odata.type') && !key.includes('@data.type')));
}
