// The one choke point for every write: checks it, passes its crash point, does it. Used by the domain modules of this folder and by nothing else.
import type { Backend, ContainerName, Operation, TableName } from './backend.ts';
import type { CrashPoint } from './crash-points.ts';
import { checkBatch, checkBlob, checkMessage } from './validate.ts';

/** Called before and after each write; a test throws from it to end the work there. Production passes none. */
export type CrashInjector = (point: CrashPoint, when: 'before' | 'after') => void;

export interface Writer {
  /** As Writes.transact of backend.ts; an empty list writes nothing. */
  transact(point: CrashPoint, table: TableName, operations: readonly Operation[]): Promise<readonly string[]>;
  send(point: CrashPoint, queue: string, text: string, delaySeconds: number): Promise<void>;
  append(point: CrashPoint, container: ContainerName, name: string, content: Uint8Array): Promise<void>;
  put(point: CrashPoint, container: ContainerName, name: string, content: Uint8Array, ifAbsent: boolean): Promise<boolean>;
  swap(point: CrashPoint, container: ContainerName, name: string, content: Uint8Array, etag: string | undefined): Promise<void>;
  remove(point: CrashPoint, container: ContainerName, name: string): Promise<void>;
}

/** A write that fails (a conflict) has not happened, so its `after` is not called. */
export function createWriter({ backend, crash }: { readonly backend: Backend; readonly crash?: CrashInjector | undefined }): Writer {
  const pass = async <T>(point: CrashPoint, write: () => Promise<T>): Promise<T> => {
    crash?.(point, 'before');
    const result = await write();
    crash?.(point, 'after');
    return result;
  };
  return {
    async transact(point, table, operations) {
      if (operations.length === 0) return [];
      checkBatch(operations);
      return pass(point, () => backend.transact(table, operations));
    },
    async send(point, queue, text, delaySeconds) {
      checkMessage(text, delaySeconds);
      return pass(point, () => backend.send(queue, text, delaySeconds));
    },
    async append(point, container, name, content) {
      checkBlob(name, content, true);
      return pass(point, () => backend.append(container, name, content));
    },
    async put(point, container, name, content, ifAbsent) {
      checkBlob(name, content, false);
      return pass(point, () => backend.put(container, name, content, ifAbsent));
    },
    async swap(point, container, name, content, etag) {
      checkBlob(name, content, false);
      return pass(point, () => backend.swap(container, name, content, etag));
    },
    remove: (point, container, name) => pass(point, () => backend.remove(container, name)),
  };
}
