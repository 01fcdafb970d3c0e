// Which techniques the rules see, as a layer for MITRE's ATT&CK Navigator. Pure; called by `tenant-guard attack-layer`.
import { z } from 'zod';
import type { CampaignManifest } from '../contracts/campaign.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from '../detect/sigma/rule.ts';
import { techniquesOf } from '../detect/stage.ts';

const note = z.strictObject({ name: z.string(), value: z.string() });

/**
 * As much of layer format 4.5 as is written here; the Navigator reads it from 4.9.0 on.
 * Source: github.com/mitre-attack/attack-navigator, layers/spec/v4.5/layerformat.md (read November 2026).
 */
export const attackLayer = z.strictObject({
  name: z.string().min(1),
  versions: z.strictObject({ navigator: z.literal('4.9.0'), layer: z.literal('4.5') }),
  domain: z.literal('enterprise-attack'),
  description: z.string(),
  sorting: z.literal(3),
  layout: z.strictObject({
    layout: z.literal('side'),
    showID: z.boolean(),
    showName: z.boolean(),
    expandedSubtechniques: z.literal('annotated'),
  }),
  hideDisabled: z.boolean(),
  techniques: z.array(
    z.strictObject({
      techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
      score: z.number().min(0),
      comment: z.string(),
      metadata: z.array(note),
    }),
  ),
  gradient: z
    .strictObject({ colors: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).min(2), minValue: z.number(), maxValue: z.number() })
    .refine(({ minValue, maxValue }) => maxValue > minValue),
  metadata: z.array(note),
});
export type AttackLayer = z.infer<typeof attackLayer>;

type Rule = SigmaRule | SigmaCorrelation;

/**
 * A technique's score is how many rules see it. It stands under every tactic it belongs to: rules name techniques, and which tactics ATT&CK gives these changes with its versions.
 * @param given.speaks rules that only feed a sequence are counted by that sequence
 */
export function attackLayerOf(given: {
  readonly campaigns: readonly { readonly manifest: CampaignManifest; readonly rules: readonly SigmaDocument[] }[];
  readonly speaks: (rule: string) => boolean;
}): AttackLayer {
  const seen = new Map<string, { rules: Rule[]; campaigns: Set<string> }>();
  for (const { manifest, rules } of given.campaigns)
    for (const rule of rules)
      if (rule.kind !== 'filter' && given.speaks(rule.key))
        for (const technique of new Set(techniquesOf(rule))) {
          const one = seen.get(technique) ?? { rules: [], campaigns: new Set<string>() };
          one.rules.push(rule);
          one.campaigns.add(manifest.id);
          seen.set(technique, one);
        }
  const techniques = [...seen]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([techniqueID, { rules, campaigns }]) => ({
      techniqueID,
      score: rules.length,
      comment: rules.map(({ key, title }) => `${key}: ${title}`).join('\n'),
      metadata: [...campaigns].sort().map((value) => ({ name: 'campaign', value })),
    }));
  return attackLayer.parse({
    name: 'Tenant Guard',
    versions: { navigator: '4.9.0', layer: '4.5' },
    domain: 'enterprise-attack',
    description: `Techniques that ${given.campaigns.length} campaigns of Tenant Guard have rules for; the score is the number of rules. A rule sees one way of doing a thing, not every way.`,
    sorting: 3,
    layout: { layout: 'side', showID: true, showName: true, expandedSubtechniques: 'annotated' },
    hideDisabled: false,
    techniques,
    gradient: { colors: ['#cfe8fc', '#0f548c'], minValue: 0, maxValue: Math.max(1, ...techniques.map(({ score }) => score)) },
    metadata: given.campaigns.map(({ manifest }) => ({ name: 'campaign', value: manifest.id })),
  });
}
