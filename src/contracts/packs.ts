// Which versions of published packs run: the one small blob that guards look at, and that publishing moves. Written by src/campaigns/publish.ts, kept by src/store/packs.ts.
import { z } from 'zod';

export const packId = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);

export const packVersion = z.strictObject({
  version: z.number().int().min(1),
  /** SHA-256 of the stored content, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  title: z.string().max(300),
  at: z.iso.datetime(),
  /** Who published it, as far as the sign-in told: for people; the storage account's own log is the proof. */
  by: z.string().max(200),
  rules: z.number().int().min(0),
  indicators: z.number().int().min(0),
  /** Of plain rules: they count first, and alert nobody until promoted. Absent: published while plain rules alerted at once, and so they go on. */
  staged: z.literal(true).optional(),
});
export type PackVersion = z.infer<typeof packVersion>;

export const publishedPack = z.strictObject({
  pack: packId,
  /** The version that runs; 0: none, so the shipped pack of that id if there is one. */
  current: z.number().int().min(0),
  /** Newest last. */
  versions: z.array(packVersion).max(100),
});
export type PublishedPack = z.infer<typeof publishedPack>;

export const publishedPacks = z.strictObject({ v: z.literal(1), packs: z.array(publishedPack).max(500) });
export type PublishedPacks = z.infer<typeof publishedPacks>;
