// The rules of a hunt, compiled once per process: they come from the hunt's own content, whatever the guard itself searches for by now. Called by step.ts.
import { parsePackFiles } from '../../campaigns/pack-files.ts';
import type { Hunt, PackFiles } from '../../contracts/hunt.ts';
import type { NetworkTable } from '../../contracts/networks.ts';
import { createDetector, type Detector } from '../../detect/detector.ts';
import type { CampaignLabel } from '../../incidents/severity.ts';
import type { Store } from '../../store/store.ts';

export interface RulesOfHunt {
  readonly detector: Detector;
  readonly label: CampaignLabel;
  /** A rule asks who a person is: everybody's title and roles are looked up, not only those of the people it matched. */
  readonly asksWho: boolean;
}

export interface HuntRules {
  /** Throws if the content is gone or broken. */
  of(hunt: Pick<Hunt, 'id'>): Promise<RulesOfHunt>;
}

/** A fleet's workers hunt for one or two things at a time. */
const mostKept = 3;

export function createHuntRules({
  store,
  networks,
}: {
  readonly store: Pick<Store, 'hunts'>;
  readonly networks?: NetworkTable;
}): HuntRules {
  const kept = new Map<string, Promise<RulesOfHunt>>();
  return {
    of({ id }) {
      const known = kept.get(id);
      if (known !== undefined) return known;
      const made = store.hunts.content(id).then((content) => {
        if (content === undefined) throw new Error(`The content of hunt ${id} is gone`);
        return rulesOf(content, networks);
      });
      // What failed is tried again by the next bell.
      made.catch(() => kept.delete(id));
      kept.set(id, made);
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
      return made;
    },
  };
}

export function rulesOf(content: PackFiles, networks?: NetworkTable): RulesOfHunt {
  const { campaign } = parsePackFiles(content);
  if (campaign === undefined) throw new Error(`The content of ${content.pack} has no usable campaign.yml`);
  return {
    detector: createDetector({ campaigns: [campaign], ...(networks === undefined ? {} : { networks }) }),
    label: campaign.manifest,
    asksWho: content.files.some(({ path, text }) => path.startsWith('rules/') && /context\.user\./.test(text)),
  };
}
