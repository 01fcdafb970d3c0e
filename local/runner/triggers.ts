// Starts the timers and queue loops of an app, and refuses a trigger that the runner does not serve. Used by host.ts.
import { type QueueOptions, resolveExpression } from './host-json.ts';
import { type FunctionMetadata, type Invoke, type Log, triggerOf } from './messages.ts';
import { type QueuePort, startQueue } from './queues.ts';
import { startTimer, type TimerClock, type TimerStatusStore } from './timers.ts';

export interface RunningTrigger {
  readonly function: string;
  stop(): Promise<void>;
  /** Runs the function now, with an empty input; only for timers. */
  readonly runByHand?: () => Promise<unknown>;
}

/** Throws when a trigger cannot be served (unknown type, unknown setting, wrong schedule), naming the function. */
export function startTriggers(given: {
  readonly functions: readonly FunctionMetadata[];
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly queueOptions: QueueOptions;
  readonly queueOf: (connection: string, queueName: string) => QueuePort;
  readonly clock: TimerClock;
  readonly timerStatus: TimerStatusStore;
  readonly invoke: Invoke;
  readonly log: Log;
  readonly trace: () => string;
}): readonly RunningTrigger[] {
  const started: RunningTrigger[] = [];
  for (const metadata of given.functions) {
    try {
      const trigger = startOne(given, metadata);
      if (trigger !== undefined) started.push(trigger);
    } catch (cause) {
      for (const each of started)
        each.stop().catch((error: unknown) => given.log({ level: 'error', category: 'host', message: String(error) }));
      throw new Error(`The function "${metadata.name}" cannot be started: ${cause instanceof Error ? cause.message : cause}`, { cause });
    }
  }
  return started;
}

function startOne(given: Parameters<typeof startTriggers>[0], metadata: FunctionMetadata): RunningTrigger | undefined {
  const { name } = metadata;
  const trigger = triggerOf(metadata);
  if (trigger === undefined) throw new Error('it has no trigger.');
  const { binding } = trigger;
  const invoke = (request: Parameters<Invoke>[1]): ReturnType<Invoke> => given.invoke(name, request);
  const common = { name, trigger: trigger.name, invoke, log: given.log };
  if (binding.type === 'timerTrigger') {
    const timer = startTimer({
      ...common,
      schedule: resolveExpression(String(binding.schedule), given.settings),
      runOnStartup: binding.runOnStartup === true,
      useMonitor: binding.useMonitor !== false,
      status: given.timerStatus,
      clock: given.clock,
    });
    const byHand = { Schedule: { AdjustForDST: true }, ScheduleStatus: null, IsPastDue: false };
    return {
      function: name,
      stop: timer.stop,
      runByHand: () => invoke({ inputData: [{ name: trigger.name, data: { json: JSON.stringify(byHand) } }] }),
    };
  }
  if (binding.type === 'queueTrigger') {
    const queueName = resolveExpression(String(binding.queueName), given.settings);
    const connection = String(binding.connection ?? '');
    const queue = startQueue({
      ...common,
      queue: given.queueOf(connection, queueName),
      poison: given.queueOf(connection, `${queueName}-poison`),
      options: given.queueOptions,
      trace: given.trace,
    });
    return { function: name, stop: queue.stop };
  }
  if (binding.type === 'httpTrigger' || binding.type === 'eventGridTrigger') return undefined;
  throw new Error(`its trigger "${binding.type}" is none that the local runner serves (HTTP, timer, queue, Event Grid).`);
}
