// The attributes under `tenant-guard:` with which our packs say what a hit means. Standard Sigma tools ignore them.
import { z } from 'zod';

/** `{field}` in texts stands for the record's value of that field. */
export const guardAttributes = z.strictObject({
  /** `alert`: opens or joins an incident. `targeted`: who was targeted, not entered. `staged`: counts in a digest only. `note`: a line on an incident. */
  effect: z.enum(['alert', 'targeted', 'staged', 'note']).default('alert'),
  /** Stage of the attack; where missing it follows from the ATT&CK tactic tags. */
  stage: z.enum(['attempt', 'entry', 'persistence', 'action']).optional(),
  /**
   * How sure the fact is: `read` in the text of a source that the references name; `second-hand`: read in a list or text that cites the source; `recollected`: not
   * confirmed, and so never worse than medium by itself; `own`: no published fact, but how thieves behave whoever they are.
   */
  sure: z.enum(['read', 'second-hand', 'recollected', 'own']).optional(),
  /** What speaks against it, one sentence each. */
  against: z.array(z.string().max(400)).max(10).default([]),
  /** One sentence why it was flagged. */
  why: z.string().max(600).optional(),
  /** What the record names and is part of the attack itself: it joins the cases of all who met it. */
  links: z.array(z.enum(['application'])).default([]),
  /** Fields that the timeline shows, beyond the usual ones: a field, or a name for it and the field. */
  facts: z
    .array(z.union([z.string(), z.strictObject({ name: z.string().max(60), field: z.string() })]))
    .max(20)
    .default([]),
  /**
   * Conditions that no case can need, in the words of `campaign test --mutate`: they keep the rule off records that could not match anyway, or say to the reader what
   * another condition holds already.
   */
  implied: z
    .array(z.strictObject({ without: z.string().max(120), why: z.string().max(300) }))
    .max(10)
    .default([]),
});
export type Guard = z.infer<typeof guardAttributes>;

const placeholder = /\{([A-Za-z][^{}\s]*)\}/g;

/** The fields that texts and facts name: in our packs they must be known ones. */
export function guardFields(guard: Guard): string[] {
  const texts = [...guard.against, ...(guard.why === undefined ? [] : [guard.why])];
  const named = texts.flatMap((text) => [...text.matchAll(placeholder)].map((found) => found[1] ?? ''));
  return [...named, ...guard.facts.map((fact) => (typeof fact === 'string' ? fact : fact.field))];
}
