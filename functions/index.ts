// The composition root: the only module with side effects on import. Reads the settings (bad ones stop the start) and registers every trigger; the guard itself is made at the first call.
import { join } from 'node:path';
import { app } from '@azure/functions';
import { readConfig, unknownSettings } from '../src/config.ts';
import { checks } from './checks.ts';
import { commands } from './commands.ts';
import { consoleFiles } from './console-files.ts';
import { events } from './events.ts';
import { incident } from './incident.ts';
import { dismissIncident, markOpened, pressIncident, undoIncident } from './incident-actions.ts';
import { indicators } from './indicators.ts';
import { lazily } from './lazy-guard.ts';
import { localAttacks, startLocalAttack } from './local-attacks.ts';
import { localFaults, setLocalFault } from './local-faults.ts';
import { planner } from './planner.ts';
import { pushed } from './pushed.ts';
import { respond } from './respond.ts';
import { endOfExclusion, rules } from './rules.ts';
import { state } from './state.ts';
import { subscriptions } from './subscriptions.ts';
import { sweeper } from './sweeper.ts';
import { targeted } from './targeted.ts';
import { tenantCoverageDetail } from './tenant-coverage.ts';

const environment = process.env;
const config = readConfig(environment);
const unread = unknownSettings(environment);
if (unread.length > 0)
  console.warn(JSON.stringify({ event: 'settings.unknown', settings: unread, hint: 'misspelt, or of another version: nobody reads them' }));
if (config.channelProblems.length > 0)
  console.warn(
    JSON.stringify({
      event: 'settings.channels',
      problems: config.channelProblems,
      hint: 'cards of these channels go to the home channel',
    }),
  );
const guard = lazily(async () => (await import('./guard.ts')).createGuard(config));

app.timer('planner', planner(guard));
app.timer('sweeper', sweeper(guard));
app.storageQueue('checks', checks(guard, 'checks'));
app.storageQueue('checks-hot', checks(guard, 'checks-hot'));
app.storageQueue('respond', respond(guard));
app.storageQueue('events', events(guard));
app.eventGrid('commands', commands(guard));
if (config.eventHub) app.eventHub('pushed', pushed(guard));
if (config.indicatorFeeds.length > 0) app.timer('indicators', indicators(guard));
if (config.partnerEvents !== undefined) app.timer('subscriptions', subscriptions(guard));

app.http('console', consoleFiles(config, join(import.meta.dirname, 'console')));
app.http('state', state(guard));
app.http('targeted', targeted(guard));
app.http('tenant-coverage', tenantCoverageDetail(guard));
app.http('rules', rules(guard));
app.http('end-exclusion', endOfExclusion(guard));
app.http('incident', incident(guard));
app.http('press', pressIncident(guard));
app.http('undo', undoIncident(guard));
app.http('dismiss', dismissIncident(guard));
app.http('opened', markOpened(guard));
if (config.local !== undefined) {
  app.http('local-attacks', localAttacks(guard, config.local.control));
  app.http('start-local-attack', startLocalAttack(guard, config.local.control));
  app.http('local-faults', localFaults(guard, config.local.control));
  app.http('set-local-fault', setLocalFault(guard, config.local.control));
}
