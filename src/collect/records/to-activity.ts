// A raw record in any known spelling -> Activity. Called by every log feed and by `check`; pure, and it never throws whatever stands in the record.
import type { Activity } from '../../contracts/activity.ts';
import { classify } from './classify.ts';
import { diagnosticRecord, propertiesOf } from './diagnostic-settings.ts';
import type { Dialect } from './dialect.ts';
import { directoryActivity } from './directory-audit.ts';
import { headingsOf, portalAudit, portalSignIn } from './entra-portal.ts';
import type { RecordContext, Skipped } from './envelope.ts';
import { auditRow, cellsOf, inLocalTime, officeRow, riskRow, signInRow } from './log-analytics.ts';
import { riskActivity, unusedActivity } from './risk-detection.ts';
import { alertActivity } from './security-alert.ts';
import { signInActivity } from './sign-in.ts';
import { unifiedAuditActivity } from './unified-audit.ts';
import { isRaw, jsonOf, type Raw } from './values.ts';

/**
 * The activity of one record, or why it cannot be read. A Graph or unified-audit record is handed on as it is, not copied: its view's record is `raw` itself.
 * @example toActivity(raw, classify(raw), { tenant, feed: 'sign-ins.interactive', visibleAt: now })
 */
export function toActivity(raw: Raw, dialect: Dialect, context: RecordContext): Activity | Skipped {
  switch (dialect.form) {
    case 'graph':
      if (dialect.log === 'sign-in') return signInActivity(raw, context);
      if (dialect.log === 'directory-audit') return directoryActivity(raw, context);
      if (dialect.log === 'risk-detection') return riskActivity(raw, context);
      if (dialect.log === 'security-alert') return alertActivity(raw, context);
      return unusedActivity(raw, raw['activityDateTime'] ?? raw['riskLastUpdatedDateTime'] ?? raw['createdDateTime'], context);
    case 'unified-audit':
      return unifiedAuditActivity(raw, context);
    case 'audit-search':
      return searched(raw, context);
    case 'diagnostic-settings':
      return diagnosed(raw, dialect, context);
    case 'entra-portal':
      return dialect.log === 'sign-in'
        ? signInActivity(portalSignIn(headingsOf(raw)), context)
        : directoryActivity(portalAudit(headingsOf(raw)), context);
    case 'log-analytics':
      return tabled(raw, dialect, context);
  }
}

/** `classify` and `toActivity` in one step. */
export function readRecord(raw: unknown, context: RecordContext): Activity | Skipped {
  const dialect = classify(raw);
  if ('unknown' in dialect) return { skipped: dialect.unknown };
  return isRaw(raw) ? toActivity(raw, dialect, context) : { skipped: 'it is no record' };
}

/** Search-UnifiedAuditLog, Purview's audit search, Graph's auditLogQuery: the record stands in AuditData, as an object or as JSON text. */
function searched(raw: Raw, context: RecordContext): Activity | Skipped {
  const held = raw['AuditData'] ?? raw['auditData'];
  const record = jsonOf(held);
  if (!isRaw(record)) return { skipped: `its AuditData is ${record === undefined ? 'no JSON (cut off?)' : 'no record'}` };
  return unifiedAuditActivity(record, context, { time: raw['CreationDate'] ?? raw['createdDateTime'] });
}

function diagnosed(raw: Raw, dialect: Dialect, context: RecordContext): Activity | Skipped {
  if (dialect.log === 'unused') return unusedActivity(raw, raw['time'], context);
  const properties = propertiesOf(raw);
  if (properties === undefined) return { skipped: 'its properties are neither an object nor JSON' };
  const record = diagnosticRecord(raw, properties, dialect.log);
  if (dialect.log === 'sign-in') return signInActivity(record, context);
  return dialect.log === 'risk-detection' ? riskActivity(record, context) : directoryActivity(record, context);
}

function tabled(raw: Raw, dialect: Dialect, context: RecordContext): Activity | Skipped {
  const cells = cellsOf(raw);
  const activity =
    dialect.log === 'sign-in'
      ? signInActivity(signInRow(cells), context)
      : dialect.log === 'directory-audit'
        ? directoryActivity(auditRow(cells), context)
        : dialect.log === 'risk-detection'
          ? riskActivity(riskRow(cells), context)
          : dialect.log === 'unified-audit'
            ? unifiedAuditActivity(officeRow(cells), context)
            : unusedActivity(raw, cells.get('TimeGenerated'), context);
  if ('undated' in activity && activity.undated && inLocalTime(raw))
    return { skipped: 'its times are in a local zone that the file does not tell: export again in UTC' };
  return activity;
}
