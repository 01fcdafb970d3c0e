// Blobs in Azure Blob Storage. Used by azure.ts.
import { type BlobServiceClient, RestError } from '@azure/storage-blob';
import { containers, type Reads, type Writes } from './backend.ts';

const failedWith = (error: unknown, ...codes: readonly string[]) => error instanceof RestError && codes.includes(error.code ?? '');

export function azureBlobs(
  service: BlobServiceClient,
): Pick<Reads, 'read' | 'list'> & Pick<Writes, 'append' | 'put' | 'remove'> & { prepare(): Promise<void> } {
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
    async *list(container, prefix) {
      const pages = service.getContainerClient(container).listBlobsFlat({ prefix }).byPage({ maxPageSize: 5_000 });
      for await (const { segment } of pages)
        yield segment.blobItems.map(({ name, properties }) => ({ name, modifiedAt: properties.lastModified.getTime() }));
    },
    async remove(container, name) {
      await service.getContainerClient(container).getBlobClient(name).deleteIfExists();
    },
  };
}
