// Stands in for the module `@azure/functions-core`, which only a Functions host has: takes the app's registrations and runs one invocation
// through the programming model that @azure/functions hands over. Called by worker.ts, in the worker process, before the app is loaded.
import { createRequire, registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { FunctionMetadata, InvocationRequest, InvocationResponse, LogLine } from './messages.ts';

interface CoreContext {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: InvocationRequest & { readonly invocationId: string };
  state: 'getArguments' | 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | 'getResponse';
  log(level: LogLine['level'], category: 'user' | 'system', message: string): void;
}
interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}
interface ProgrammingModel {
  getInvocationModel(context: CoreContext): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}
type HookCallback = (context: object) => unknown;

const moduleId = '@azure/functions-core';
const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'];

export interface App {
  readonly functions: readonly FunctionMetadata[];
  invoke(id: string, name: string, request: InvocationRequest): Promise<InvocationResponse>;
  /** Runs the app's appTerminate hooks. */
  terminate(): Promise<void>;
}

/** Loads the built app at `entry` (CommonJS) and runs its appStart hooks. Rejects with whatever the entry point throws. */
export async function loadApp(entry: string, log: (line: LogLine) => void): Promise<App> {
  const registered = new Map<string, { metadata: FunctionMetadata; callback: unknown }>();
  const hooks = new Map<string, HookCallback[]>(hookNames.map((name) => [name, []]));
  const appHookData = {};
  let model: ProgrammingModel | undefined;
  let loaded = false;

  const runHooks = async (name: string, context: object): Promise<void> => {
    for (const hook of hooks.get(name) ?? []) await hook(context);
  };
  const core = {
    version: '3.9.0',
    hostVersion: '4.1037.0.0',
    Disposable: class {
      #dispose: () => void;
      constructor(dispose: () => void) {
        this.#dispose = dispose;
      }
      dispose(): void {
        this.#dispose();
      }
    },
    setProgrammingModel: (given: ProgrammingModel) => {
      model = given;
    },
    getProgrammingModel: () => model,
    registerFunction: (metadata: FunctionMetadata, callback: unknown) => {
      if (loaded) throw new Error('A function can only be registered during app startup.');
      if (registered.has(metadata.name)) throw new Error(`A function named "${metadata.name}" is already registered.`);
      registered.set(metadata.name, { metadata, callback });
      return new core.Disposable(() => registered.delete(metadata.name));
    },
    registerHook: (name: string, callback: HookCallback) => {
      const list = hooks.get(name);
      if (list === undefined) throw new RangeError(`Unrecognized hook "${name}".`);
      list.push(callback);
      return new core.Disposable(() => list.splice(list.indexOf(callback), 1));
    },
    log: (level: LogLine['level'], category: 'user' | 'system', message: string) => log({ level, category, message }),
  };
  const key = Symbol.for('tenant-guard.functions-core');
  Reflect.set(globalThis, key, core);
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === moduleId ? { url: 'functions-core:stand-in', format: 'commonjs', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === 'functions-core:stand-in'
        ? {
            format: 'commonjs',
            source: "module.exports = globalThis[Symbol.for('tenant-guard.functions-core')];",
            shortCircuit: true,
          }
        : next(url, context),
  });

  // The host's worker imports the entry point, so an app may be CommonJS or ESM; require() is the faster way for what we build.
  if (entry.endsWith('.cjs')) createRequire(import.meta.url)(entry);
  else await import(pathToFileURL(entry).href);
  const capabilities = await model?.getCapabilities({});
  if (capabilities?.HttpUri !== undefined)
    throw new Error('The local runner does not proxy HTTP streams: app.setup({ enableHttpStream: true }) is not supported here.');
  await runHooks('appStart', { hookData: appHookData, appHookData, functionAppDirectory: process.cwd() });
  loaded = true;

  return {
    functions: [...registered.values()].map((each) => each.metadata),
    terminate: () => runHooks('appTerminate', { hookData: appHookData, appHookData }),
    async invoke(id, name, request) {
      const found = registered.get(name);
      if (found === undefined || model === undefined) throw new Error(`cannot find function: '${name}'`);
      const core: CoreContext = {
        invocationId: id,
        metadata: found.metadata,
        request: { ...request, invocationId: id },
        state: 'getArguments',
        log: (level, category, message) => log({ level, category, message, function: name }),
      };
      const invocation = model.getInvocationModel(core);
      const { context, inputs } = await invocation.getArguments();
      const hookData = {};
      core.state = 'preInvocationHooks';
      const before = { hookData, appHookData, invocationContext: context, functionCallback: found.callback, inputs };
      await runHooks('preInvocation', before);
      core.state = 'invocation';
      const after: { result: unknown; error: unknown } & Record<string, unknown> = {
        hookData,
        appHookData,
        invocationContext: context,
        inputs: before.inputs,
        result: null,
        error: null,
      };
      try {
        after.result = await invocation.invokeFunction(context, before.inputs, before.functionCallback);
      } catch (error) {
        after.error = error ?? new Error('The handler threw nothing.');
      }
      core.state = 'postInvocationHooks';
      await runHooks('postInvocation', after);
      if (after.error !== null && after.error !== undefined) throw after.error;
      core.state = 'getResponse';
      return await invocation.getResponse(context, after.result);
    },
  };
}
