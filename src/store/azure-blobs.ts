// Blobs in Azure Blob Storage. Used by azure.ts.
import { type BlobServiceClient, RestError } from '@azure/storage-blob';
import { containers, type Reads, type Writes } from './backend.ts';
import { ConflictError } from './store.ts';

const failedWith = (error: unknown, ...codes: readonly string[]) => error instanceof RestError && codes.includes(error.code ?? '');

export function azureBlobs(
  service: BlobServiceClient,
): Pick<Reads, 'read' | 'readVersion' | 'list'> & Pick<Writes, 'append' | 'put' | 'swap' | 'remove'> & { prepare(): Promise<void> } {
  return {
    async prepare() {
      await Promise.all(containers.map((container) => service.getContainerClient(container).createIfNotExists()));
    },
    async read(container, name) {
      try {
        const { readableStreamBody } = await service.getContainerClient(container).getBlobClient(name).download();
        return readableStreamBody as AsyncIterable<Uint8Array> | undefined;
      } catch (error) {
        if (failedWith(error, 'BlobNotFound')) return undefined;
        throw error;
      }
    },
    async readVersion(container, name, unless) {
      try {
        const found = await service
          .getContainerClient(container)
          .getBlobClient(name)
          .download(0, undefined, unless === undefined ? {} : { conditions: { ifNoneMatch: unless } });
        const parts: Uint8Array[] = [];
        for await (const part of found.readableStreamBody as AsyncIterable<Uint8Array>) parts.push(part);
        return { content: Buffer.concat(parts), etag: found.etag ?? '' };
      } catch (error) {
        if (error instanceof RestError && error.statusCode === 304) return 'unchanged';
        // The container is made by a deployment: one of before has none, and nothing was published there.
        if (failedWith(error, 'BlobNotFound', 'ContainerNotFound')) return undefined;
        throw error;
      }
    },
    async append(container, name, content) {
      const blob = service.getContainerClient(container).getAppendBlobClient(name);
      try {
        await blob.appendBlock(content, content.byteLength);
      } catch (error) {
        if (!failedWith(error, 'BlobNotFound')) throw error;
        await blob.createIfNotExists();
        await blob.appendBlock(content, content.byteLength);
      }
    },
    async put(container, name, content, ifAbsent) {
      const blob = service.getContainerClient(container).getBlockBlobClient(name);
      try {
        await blob.upload(content, content.byteLength, ifAbsent ? { conditions: { ifNoneMatch: '*' } } : {});
        return true;
      } catch (error) {
        // Under an immutability policy the service refuses before it looks at the condition.
        if (ifAbsent && failedWith(error, 'BlobAlreadyExists', 'BlobImmutableDueToPolicy')) return false;
        throw error;
      }
    },
    async swap(container, name, content, etag) {
      const blob = service.getContainerClient(container).getBlockBlobClient(name);
      try {
        await blob.upload(content, content.byteLength, { conditions: etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag } });
      } catch (error) {
        if (failedWith(error, 'BlobAlreadyExists', 'ConditionNotMet', 'BlobNotFound'))
          throw new ConflictError(`The blob ${container}/${name} changed, is gone or is there already`, { cause: error });
        throw error;
      }
    },
    async *list(container, prefix) {
      const pages = service.getContainerClient(container).listBlobsFlat({ prefix }).byPage({ maxPageSize: 5_000 });
      for await (const { segment } of pages)
        yield segment.blobItems.map(({ name, properties }) => ({
          name,
          modifiedAt: properties.lastModified.getTime(),
          bytes: properties.contentLength ?? 0,
        }));
    },
    async remove(container, name) {
      await service.getContainerClient(container).getBlobClient(name).deleteIfExists();
    },
  };
}
