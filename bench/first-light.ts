// A tenant of 500 people with a month behind it is put under guard: how many minutes of a simulated clock its reading takes behind Microsoft's limits, and what of our own it costs.
// `node bench/first-light.ts [--users N] [--minutes M]`; also called by the bench suite.
import { parseArgs } from 'node:util';
import type { LogEntry } from '../simulator/record-log.ts';
import { ordinaryMonth } from '../simulator/worlds/ordinary.ts';
import { firstReading } from '../test/support/first-reading.ts';
import { contoso } from '../test/support/guard.ts';
import { createCloudSwitch } from '../test/support/in-process-cloud.ts';

const { values } = parseArgs({ options: { users: { type: 'string', default: '500' }, minutes: { type: 'string', default: '15' } } });
const days = 30;
const start = Date.UTC(2026, 2, 2, 9);
const midnight = Date.UTC(2026, 2, 2);
const cloud = await createCloudSwitch();
globalThis.fetch = cloud.fetch;

const counts: Record<string, number> = {};
const reading = await firstReading({
  cloud,
  start,
  historyDays: 0,
  reportPage: 1000,
  fill(world) {
    const logs = world.tenants.get(contoso.id);
    if (logs === undefined) throw new Error('the world has no such tenant');
    const found: Record<'sign-ins' | 'directory-audits', LogEntry[]> = { 'sign-ins': [], 'directory-audits': [] };
    for (const { source, time, record } of ordinaryMonth({ users: Number(values.users), from: midnight - days * 86_400_000, days })) {
      counts[source] = (counts[source] ?? 0) + 1;
      if (source === 'sign-ins' || source === 'directory-audits') found[source].push({ time, visibleAt: time, record });
    }
    logs.signIns.addAll(found['sign-ins']);
    logs.directoryAudits.addAll(found['directory-audits']);
  },
});
console.log(`${values.users} people, ${days} days: ${JSON.stringify(counts)}`);
const begun = process.cpuUsage();
for (let minute = 0; minute < Number(values.minutes); minute++) {
  const { requests, signIns, sentence, isWhole, posts } = await reading.next();
  const used = process.cpuUsage(begun);
  console.log(
    `minute ${minute + 1}: ${requests} requests to the reporting API, ${signIns} interactive sign-ins, ${posts.length} cards, ${((used.user + used.system) / 1e6).toFixed(0)} s of processor time; ${sentence}`,
  );
  if (isWhole && posts.length > 0) break;
}
console.log(JSON.stringify(reading.broken()));
