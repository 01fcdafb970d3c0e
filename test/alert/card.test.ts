import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incidentCard } from '../../src/alert/card.ts';
import { escapeText } from '../../src/alert/escape.ts';
import { incidentView, type ViewInput } from '../../src/alert/view.ts';
import { envelope, fits } from '../../src/alert/webhook.ts';
import { textsOf, visibleWords, wordsMost } from '../../src/alert/words.ts';
import { planFor } from '../../src/contain/plan.ts';
import type { Containment, StepOutcome } from '../../src/contracts/containment.ts';
import type { Incident } from '../../src/contracts/incident.ts';
import { ann, takeover } from '../contain/setup.ts';

const live = { live: true };
const link = 'https://guard.example.com/api/console#/incidents/t/i';
const webhook = { target: { kind: 'webhook', link }, sentAt: '2026-03-02T02:47:00.000Z' } as const;
const page = { target: { kind: 'console' } } as const;

const containment = (results: readonly StepOutcome[], more: Partial<Containment> = {}): Containment => {
  const plan = planFor('contain', takeover());
  if ('impossible' in plan) throw new Error(plan.impossible);
  return {
    v: 1,
    id: 'c1',
    tenant: takeover().tenant,
    incident: takeover().id,
    kind: 'contain',
    dryRun: false,
    request: 'r1',
    by: ann,
    at: '2026-03-02T03:00:00.000Z',
    status: 'done',
    steps: plan.steps.map((step, index) => {
      const result = results[index];
      return { ...step, status: 'done' as const, ...(result === undefined ? {} : { result }) };
    }),
    staysOpen: ['Open apps may last up to an hour.'],
    endedAt: '2026-03-02T03:01:00.000Z',
    ...more,
  };
};
const done: StepOutcome = { outcome: 'contained', detail: 'Seen.' };
const verifying: StepOutcome = {
  outcome: 'verifying',
  detail: 'Accepted.',
  until: '2026-03-02T03:10:00.000Z',
  nextLook: '2026-03-02T03:00:01.000Z',
};
const failed: StepOutcome = { outcome: 'failed', cause: 'Microsoft refused.', next: 'Do it here: https://entra.microsoft.com/#view/user' };
const all = (result: StepOutcome) => [result, result, result, result];

const faces: readonly { name: string; input: ViewInput; state: string; tone: string; verbs: readonly string[]; says: string }[] = [
  {
    name: 'open',
    input: { incident: takeover(), policy: live },
    state: 'open',
    tone: 'attention',
    verbs: ['contain', 'sign-out', 'evidence', 'dismiss'],
    says: 'first “Sign-in',
  },
  {
    name: 'dry run',
    input: { incident: takeover(), policy: { live: false } },
    state: 'dry-run',
    tone: 'attention',
    verbs: ['contain', 'evidence', 'dismiss', 'how-to-go-live'],
    says: 'Dry run: nothing will be changed.',
  },
  {
    name: 'rehearsed',
    input: {
      incident: takeover(),
      policy: { live: false },
      containment: containment(all({ outcome: 'rehearsed', detail: 'Would.' }), { dryRun: true }),
    },
    state: 'rehearsed',
    tone: 'warning',
    verbs: ['contain', 'evidence', 'dismiss', 'how-to-go-live'],
    says: 'Nothing was changed.',
  },
  {
    name: 'verifying',
    input: { incident: takeover(), policy: live, containment: containment([done, verifying], { status: 'running' }) },
    state: 'verifying',
    tone: 'warning',
    verbs: ['evidence'],
    says: 'Verifying until every change is visible.',
  },
  {
    name: 'contained',
    input: { incident: takeover({ status: 'contained' }), policy: live, containment: containment(all(done)) },
    state: 'contained',
    tone: 'good',
    verbs: ['undo', 'evidence'],
    says: 'Contained by Ann Example 2026-03-02 03:01 UTC.',
  },
  {
    name: 'failed',
    input: { incident: takeover(), policy: live, containment: containment([failed, done, done, done]) },
    state: 'failed',
    tone: 'attention',
    verbs: ['contain', 'sign-out', 'undo', 'evidence', 'dismiss'],
    says: 'Still open: not every step worked.',
  },
  {
    name: 'failed, and the tenant was switched to dry run since',
    input: { incident: takeover(), policy: { live: false }, containment: containment([failed, done, done, done]) },
    state: 'failed',
    tone: 'attention',
    verbs: ['evidence', 'dismiss', 'how-to-go-live'],
    says: 'Dry run now: nothing will be changed.',
  },
  {
    name: 'refused whole, and the tenant was switched to dry run since',
    input: {
      incident: takeover(),
      policy: { live: false },
      containment: containment(all({ outcome: 'refused', why: 'Paused.', next: 'Go on.' })),
    },
    state: 'failed',
    tone: 'attention',
    verbs: ['contain', 'evidence', 'dismiss', 'how-to-go-live'],
    says: 'Rehearse (changes nothing)',
  },
  {
    name: 'two containments, one of a case that became part of this one',
    input: {
      incident: takeover({ status: 'contained' }),
      policy: live,
      containment: containment(all(done)),
      others: [containment(all(done), { id: 'c0', at: '2026-03-02T02:50:00.000Z' })],
    },
    state: 'contained',
    tone: 'good',
    verbs: ['undo', 'evidence', 'undo:c0'],
    says: 'Contain by Ann Example, 2026-03-02 02:50 UTC, holds.',
  },
  {
    name: 'undone',
    input: {
      incident: takeover({ status: 'closed' }),
      policy: live,
      containment: containment(all(done), {
        status: 'undone',
        undo: { request: 'u', by: ann, at: '2026-03-02T03:05:00.000Z', reason: 'A trip.' },
      }),
    },
    state: 'undone',
    tone: 'default',
    verbs: ['evidence'],
    says: 'Undone by Ann Example',
  },
  {
    name: 'withdrawn',
    input: {
      incident: takeover({ status: 'closed', findings: [], timeline: [], closedBecause: 'Withdrawn: late records.' }),
      policy: live,
    },
    state: 'withdrawn',
    tone: 'default',
    verbs: ['evidence'],
    says: 'Withdrawn: late records.',
  },
  {
    name: 'dismissed',
    input: { incident: takeover({ status: 'closed', closedBecause: 'Dismissed by Ann: a trip' }), policy: live },
    state: 'closed',
    tone: 'default',
    verbs: ['evidence'],
    says: 'Dismissed by Ann: a trip',
  },
];

describe('the card', () => {
  it.each([true, false])('of the standard case has fewer than 120 words (live: %s)', (isLive) => {
    const incident = takeover({ unread: ['Mail rules cannot be read: no permission.'] });
    const card = incidentCard(incidentView({ incident, policy: { live: isLive } }), webhook);
    expect(visibleWords(card)).toBeLessThan(wordsMost);
  });

  it.each(faces)('$name: its words, its tone and its buttons', ({ input, state, tone, verbs, says }) => {
    const view = incidentView(input);
    expect(view).toMatchObject({ state, tone });
    const card = incidentCard(view, page);
    expect(textsOf(card).join('\n')).toContain(says);
    expect(card.actions?.map((action) => (action as { verb?: string }).verb)).toEqual(verbs);
    expect(visibleWords(card)).toBeLessThan(160);
  });

  it('is green for nothing but contained', () => {
    for (const result of [
      verifying,
      failed,
      { outcome: 'unverified', detail: 'x', next: 'y' },
      { outcome: 'refused', why: 'x', next: 'y' },
    ] as const) {
      const view = incidentView({ incident: takeover(), policy: live, containment: containment([done, done, done, result]) });
      expect(view.tone).not.toBe('good');
      expect(view.steps[3]?.tone).not.toBe('good');
    }
  });

  it('says before a press what it will do in steps, what stays open and what undo restores and what not', () => {
    const text = textsOf(incidentCard(incidentView({ incident: takeover(), policy: live }), page)).join('\n');
    expect(text).toContain('Block sign-in → End sessions → Remove added methods → End sessions again');
    expect(text).toContain('Open apps may last up to an hour.');
    expect(text).toContain('Restores sign-in, not sessions or removed methods.');
    expect(text).toContain('Call the user');
  });

  it('in dry run offers to rehearse, in these words', () => {
    const card = incidentCard(incidentView({ incident: takeover(), policy: { live: false } }), page);
    expect(card.actions?.[0]).toMatchObject({ title: 'Rehearse (changes nothing)' });
  });

  it('shows why, what speaks against it, what could not be read, visible and sent time in UTC', () => {
    const text = textsOf(
      incidentCard(incidentView({ incident: takeover({ unread: ['Mail rules are blind.'] }), policy: live }), webhook),
    ).join('\n');
    expect(text).toContain('**Why:** The browser is the one');
    expect(text).toContain('**Against:** The user travelled');
    expect(text).toContain('**Not read:** Mail rules are blind.');
    expect(text).toContain('Case 01234567, update 1 · visible 02:45 · sent 02:47 UTC');
    expect(text).toContain('2026-03-02 02:31 UTC Sign-in to OfficeHome, Lagos, NG, OfficeHome, AS64500');
  });

  it('keeps the first and the last row of a long timeline and counts the others', () => {
    const timeline = Array.from({ length: 30 }, (_, index) => ({
      ...takeover().timeline[0],
      time: `2026-03-02T02:${String(index + 10)}:00.000Z`,
      text: `Row ${index}`,
    }));
    const text = textsOf(
      incidentCard(incidentView({ incident: takeover({ timeline: timeline as Incident['timeline'] }), policy: live }), page),
    );
    expect(text.filter((line) => line.includes('Row'))).toHaveLength(3);
    expect(text.join()).toContain('Row 29');
    expect(text).toContain('27 more findings under Evidence');
  });

  it('by webhook only opens the console; on the console its data are opaque ids', () => {
    const view = incidentView({ incident: takeover(), policy: live });
    for (const action of incidentCard(view, webhook).actions ?? []) expect(action).toMatchObject({ type: 'Action.OpenUrl', url: link });
    expect(incidentCard(view, page).actions?.[0]).toMatchObject({
      type: 'Action.Execute',
      verb: 'contain',
      data: { verb: 'contain', incident: takeover().id },
    });
    expect(JSON.stringify(incidentCard(view, page).actions)).not.toContain('Marta');
  });

  it('shows a red step’s next move as a link to the portal, and no other address as a link', () => {
    const card = incidentCard(
      incidentView({ incident: takeover(), policy: live, containment: containment([failed, done, done, done]) }),
      page,
    );
    expect(textsOf(card)).toContain('Do it here: [Open the portal](https://entra.microsoft.com/#view/user)');
    const evil: StepOutcome = { outcome: 'failed', cause: 'x', next: '[click](https://evil.example/) https://evil.example/' };
    const other = textsOf(
      incidentCard(incidentView({ incident: takeover(), policy: live, containment: containment([evil, done, done, done]) }), page),
    ).join('\n');
    expect(other).not.toContain('https://evil');
    expect(other).not.toContain('[click]');
  });

  it('offers what makes sense for a connector', () => {
    const incident = takeover({ root: 'connector:d1', subjects: ['connector:d1'] });
    const view = incidentView({ incident, policy: live });
    expect(view.buttons.map(({ verb }) => verb)).toEqual(['disable-connector', 'evidence', 'dismiss']);
    expect(view.call).toBeUndefined();
  });

  it('after a contained attack that goes on is red again and offers Contain', () => {
    const again = (lastAt: string) =>
      incidentView({ incident: takeover({ status: 'open', lastAt }), policy: live, containment: containment(all(done)) });
    const view = again('2026-03-02T03:01:01.000Z');
    expect(view).toMatchObject({ state: 'open', tone: 'attention', status: 'It goes on after the containment.' });
    expect(view.buttons[0]?.verb).toBe('contain');
    // Something older only joined.
    expect(again('2026-03-02T03:01:00.000Z')).toMatchObject({ state: 'open', status: 'More was found after the containment.' });
  });

  it('after sessions were ended only stays open and offers the whole plan', () => {
    const signedOut = containment([done], { kind: 'sign-out' });
    const view = incidentView({
      incident: takeover(),
      policy: live,
      containment: { ...signedOut, steps: signedOut.steps.slice(1, 2).map((step) => ({ ...step, result: done })) },
    });
    expect(view).toMatchObject({ state: 'partly', tone: 'warning' });
    expect(view.buttons.map(({ verb }) => verb)).toContain('contain');
  });
});

describe('text from outside', () => {
  it.each([
    ['[Sign in](https://evil.example)', '\\[Sign in\\]\\(https: //evil.example\\)'],
    ['**bold** _it_ `code`', '\\*\\*bold\\*\\* \\_it\\_ \\`code\\`'],
    ['{{DATE(2026-01-01T00:00:00Z)}}', '\\{\\{DATE\\(2026-01-01T00:00:00Z\\)\\}\\}'],
    ['a\\[b', 'a\\\\\\[b'],
    ['www.evil.example', 'www .evil.example'],
    ['# heading', '\\# heading'],
    ['<mailto:a@evil.example> <at>all</at>', '\\<mailto:a@evil.example\\> \\<at\\>all\\</at\\>'],
    ['one\r\n- two', 'one - two'],
    ['rtl\u202Etxt', 'rtl txt'],
  ])('%j is shown as it is, without effect', (text, shown) => {
    expect(escapeText(text, 200)).toBe(shown);
  });

  it('never leaves an unescaped mark, and stays bounded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (text) => {
        const shown = escapeText(text, 100);
        expect(shown.replace(/\\./gsu, '')).not.toMatch(/[\\`*_{}[\]()<>#~|\n\r]/);
        expect(shown).not.toContain('://');
        expect([...shown].length).toBeLessThanOrEqual(400);
      }),
    );
  });

  it('wherever it stands in an incident cannot make a link or grow the card past the webhook’s limit', () => {
    const hostile = `[x](https://evil.example) **${'𝕏'.repeat(20_000)}**`;
    const incident = takeover({
      title: hostile,
      summary: hostile,
      rootName: hostile,
      why: Array.from({ length: 20 }, () => hostile),
      against: [hostile],
      unread: [hostile],
      timeline: Array.from({ length: 200 }, () => ({
        time: '2026-03-02T02:31:00.000Z',
        text: hostile,
        place: hostile,
        severity: 'high' as const,
        finding: 'f',
      })),
      closedBecause: hostile,
    });
    const results = all({ outcome: 'failed', cause: hostile, next: hostile });
    for (const input of [
      { incident, policy: live },
      { incident, policy: live, containment: containment(results, { staysOpen: [hostile, hostile] }) },
    ]) {
      const card = incidentCard(incidentView(input), webhook);
      expect(fits(card)).toBe(true);
      expect(envelope(card)).not.toContain('](https://evil');
    }
  });
});
