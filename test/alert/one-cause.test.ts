// What blinds many feeds for one reason is told once: by the digest of the first read, and by the dead man's switch.
import { describe, expect, it } from 'vitest';
import { blindOf } from '../../src/alert/first-light.ts';
import { deadManCard } from '../../src/alert/notice-card.ts';
import { textsOf } from '../../src/alert/words.ts';
import { feeds } from '../../src/collect/feeds.ts';
import type { FeedState } from '../../src/contracts/rows.ts';

const at = Date.UTC(2026, 2, 9, 10);
const noToken = 'the guard gets no token for this tenant: the sign-in service could not be reached.';
const failed = (feed: string): FeedState => ({
  v: 1,
  feed,
  startedAt: at,
  triedAt: at,
  outcome: { status: 'failed', cause: noToken },
  blindSince: at,
});

describe('one cause', () => {
  const wanted = feeds.filter(({ optIn }) => optIn !== true);
  it('is one line of the digest', () => {
    expect(
      blindOf(
        'Contoso',
        wanted,
        wanted.map(({ id }) => failed(id)),
      ),
    ).toEqual([{ tenant: 'Contoso', what: `${wanted.length} feeds (${noToken.replace(/\.$/, '')})` }]);
    const two = wanted.slice(0, 2);
    expect(
      blindOf(
        'Contoso',
        two,
        two.map(({ id }) => failed(id)),
      ).map(({ what }) => what),
    ).toEqual(two.map(({ title }) => `${title} (failed)`));
  });
  it('is one line of the alarm, and few feeds are named', () => {
    const silent = (titles: readonly string[], why: string) => titles.map((title) => ({ feed: title, title, since: at, why }));
    const alarm = {
      since: at,
      cards: [],
      feeds: [
        ...silent(['A', 'B', 'C', 'D'], noToken),
        ...['users', 'domains', 'policies'].flatMap((path) => silent([path], `GET /${path}: The service is temporarily unavailable.`)),
        ...silent(['Mail rules'], 'the guard lacks it'),
      ],
    };
    const texts = textsOf(
      deadManCard(
        'Contoso',
        { v: 1, revision: 1, alarm },
        { link: 'https://guard.example.com/', sentAt: '2026-03-09T10:00:00.000Z', again: false },
      ),
    );
    expect(texts.filter((text) => text.includes(' since '))).toEqual([
      '**4 feeds** since 2026-03-09 10:00 UTC: the guard gets no token for this tenant: the sign-in service could not be reached.',
      '**3 feeds** since 2026-03-09 10:00 UTC: The service is temporarily unavailable.',
      '**Mail rules** since 2026-03-09 10:00 UTC: the guard lacks it.',
    ]);
  });
});
