// Two incidents that become one, as the round commits them: every subject then leads to the one that goes on.
import { expect, it } from 'vitest';
import type { SubjectId } from '../../src/contracts/ids.ts';
import { createStore } from '../../src/store/create-store.ts';
import { memoryBackend } from '../../src/store/memory.ts';
import { contoso, scopeOf } from '../support/scope.ts';
import { finding, merge, now, only, registered } from './fixtures.ts';

it('after a merge, every subject of both leads to the incident that goes on', async () => {
  const store = createStore({ backend: memoryBackend() });
  const scope = scopeOf(contoso);
  const findings = [finding(), finding({ subject: 'app:evil' })];
  const opened = [findings.slice(0, 1), findings.slice(1)].map((own, index) => only(merge(own, [], { now: now + index }).incidents));
  const begun = await store.state.lease('round.take-lease', scope, 'fast', 'worker', now, 60);
  if (begun === undefined) throw new Error('no lease');
  const lease = await store.state.commitRound('round.commit', begun, {
    feeds: [],
    gaps: [],
    incidents: opened.map((value) => ({ value })),
    outbox: [],
  });
  const stored = await Promise.all(opened.map(({ id }) => store.state.incident(scope, id)));
  const merged = merge([...findings, registered({ related: ['app:evil'] })], opened, { now: now + 10 });
  await store.state.commitRound('round.commit', lease, {
    feeds: [],
    gaps: [],
    incidents: merged.incidents.map((value) => ({ value, etag: stored.find((one) => one?.value.id === value.id)?.etag ?? '' })),
    outbox: merged.outbox,
  });
  for (const subject of ['user:marta', 'app:evil'] satisfies SubjectId[])
    expect((await store.state.openIncident(scope, subject))?.value.id).toBe(opened[0]?.id);
});
