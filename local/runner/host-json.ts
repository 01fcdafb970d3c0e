// host.json, as far as the runner follows it, and the %NAME% expressions in bindings. Used by host.ts.
import { z } from 'zod';

const span = z
  .string()
  .regex(/^(\d+\.)?\d{1,2}:\d{2}:\d{2}(\.\d+)?$/, 'a time span such as 00:00:30')
  .transform(milliseconds);

const queues = z.object({
  maxPollingInterval: span.default(60_000),
  visibilityTimeout: span.default(0),
  batchSize: z.int().min(1).max(32).default(16),
  newBatchThreshold: z.int().min(0).optional(),
  maxDequeueCount: z.int().min(1).default(5),
  messageEncoding: z.enum(['base64', 'none']).default('base64'),
});
export type QueueOptions = z.infer<typeof queues>;

const hostJson = z.object({
  version: z.literal('2.0'),
  functionTimeout: span.default(30 * 60_000),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queues.prefault({}),
    })
    .prefault({}),
});
export type HostJson = z.infer<typeof hostJson>;

/** `[d.]hh:mm:ss` in milliseconds. */
function milliseconds(text: string): number {
  const parts = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(text);
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0));
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}

/** Parses the text of host.json. Throws one message that names each wrong place. */
export function readHostJson(text: string): HostJson {
  const parsed = hostJson.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`host.json cannot be used:\n${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** Fills in `%NAME%` from the settings. Throws when there is no such setting, as the host refuses the function. */
export function resolveExpression(text: string, settings: Readonly<Record<string, string | undefined>>): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = settings[name];
    if (value === undefined) throw new Error(`'%${name}%' does not resolve to a value: there is no setting ${name}.`);
    return value;
  });
}
