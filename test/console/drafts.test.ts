import { describe, expect, it } from 'vitest';
import { createDrafts, draftOf } from '../../console/drafts.ts';

describe('a reason that was typed before the guard wanted a fresh sign-in', () => {
  const draft = draftOf('tenants/t/incidents/i/undo', { containment: 'c', request: 'r', reason: 'A planned test' });
  it('waits for the same press, once', () => {
    const drafts = createDrafts(draft);
    expect(drafts.take('tenants/t/incidents/other/undo')).toBe('');
    expect(drafts.take('tenants/t/incidents/i/undo')).toBe('A planned test');
    expect(drafts.take('tenants/t/incidents/i/undo')).toBe('');
    expect(createDrafts(undefined).take('tenants/t/incidents/i/undo')).toBe('');
  });
  it('is none where a press needs no reason, and stays bounded', () => {
    expect(draftOf('p', { kind: 'contain' })).toBeUndefined();
    expect(draftOf('p', undefined)).toBeUndefined();
    expect(draftOf('p', { reason: 'x'.repeat(9000) })?.reason).toHaveLength(500);
  });
});
