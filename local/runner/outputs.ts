// What a function returned for its queue outputs, sent after it succeeded. Used by host.ts.
import { resolveExpression } from './host-json.ts';
import type { FunctionMetadata, InvocationResponse, TypedData } from './messages.ts';
import type { QueuePort } from './queues.ts';

/** The texts that one output value stands for: an array gives one message per element. */
function textsOf(data: TypedData): readonly string[] {
  if (typeof data.string === 'string') return [data.string];
  if (data.bytes instanceof Uint8Array) return [Buffer.from(data.bytes).toString('utf8')];
  if (typeof data.json !== 'string') return [String(data.int ?? data.double ?? '')];
  const value: unknown = JSON.parse(data.json);
  return (Array.isArray(value) ? value : [value]).map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
}

/** Refuses an app with an output that the runner would drop silently. */
export function checkOutputs(functions: readonly FunctionMetadata[]): void {
  for (const { name, bindings } of functions)
    for (const binding of Object.values(bindings))
      if (binding.direction === 'out' && binding.type !== 'http' && binding.type !== 'queue')
        throw new Error(
          `The function "${name}" has an output of type "${binding.type}": the local runner only sends HTTP answers and queue messages.`,
        );
}

/** Sends the queue outputs of one invocation. Rejects when a message could not be put, so that the invocation counts as failed. */
export async function sendOutputs(
  given: {
    readonly settings: Readonly<Record<string, string | undefined>>;
    readonly queueOf: (connection: string, queueName: string) => QueuePort;
    readonly encoding: 'base64' | 'none';
  },
  metadata: FunctionMetadata,
  response: InvocationResponse,
): Promise<void> {
  const values = [...(response.outputData ?? []), { name: '$return', data: response.returnValue }];
  for (const { name, data } of values) {
    const binding = metadata.bindings[name];
    if (binding?.type !== 'queue' || data === undefined || data === null) continue;
    const queue = given.queueOf(String(binding.connection ?? ''), resolveExpression(String(binding.queueName), given.settings));
    for (const text of textsOf(data)) await queue.send(given.encoding === 'base64' ? Buffer.from(text, 'utf8').toString('base64') : text);
  }
}
