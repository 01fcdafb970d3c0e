// Rows of doubt: exclusions and counts of rules per tenant, stages of rules for the whole installation. Called through Store.exclusions, Store.noise and Store.stages.
import { type Exclusion, exclusion, type NoiseRow, type PeopleRow, peopleRow, type RuleStage, ruleStage } from '../contracts/doubt.ts';
import type { OutboxEntry } from '../contracts/rows.ts';
import type { TenantScope } from '../contracts/tenant-scope.ts';
import { codec } from './body.ts';
import { noiseRows, outboxRows } from './commit.ts';
import type { CrashPoint } from './crash-points.ts';
import { stageKeys, stateKeys } from './keys.ts';
import { type Access, allRows, allValues, versioned } from './rows.ts';
import type { Versioned } from './store.ts';

const exclusions = codec({ what: 'exclusion', version: 1, schema: exclusion });
const people = codec({ what: 'count of people', version: 1, schema: peopleRow });
const stages = codec({ what: 'stage of a rule', version: 1, schema: ruleStage });

export interface DoubtStore {
  readonly exclusions: {
    /** All of the tenant, ended and expired ones too, oldest first. */
    of(scope: TenantScope): Promise<Versioned<Exclusion>[]>;
    /** New ones with the card that tells of them, all or nothing. Returns without effect where they stand already. */
    add(point: CrashPoint, scope: TenantScope, values: readonly Exclusion[], card: OutboxEntry): Promise<void>;
    /** Throws ConflictError where somebody else wrote. */
    put(point: CrashPoint, scope: TenantScope, changed: Versioned<Exclusion>): Promise<void>;
  };
  readonly noise: {
    /** One row per lane that found anything; commitRound writes them. */
    of(scope: TenantScope): Promise<NoiseRow[]>;
    ofLane(scope: TenantScope, lane: string): Promise<NoiseRow | undefined>;
    people(scope: TenantScope): Promise<PeopleRow | undefined>;
    putPeople(point: CrashPoint, scope: TenantScope, value: PeopleRow): Promise<void>;
  };
  /** Unscoped on purpose: rules are the installation's, and nothing of a tenant is in these rows. */
  readonly stages: {
    all(): Promise<Versioned<RuleStage>[]>;
    /** Without an etag it inserts. Throws ConflictError where somebody else wrote. */
    put(point: CrashPoint, value: RuleStage, etag?: string): Promise<void>;
  };
}

export function doubtRows({ reads, writer }: Access): DoubtStore {
  return {
    exclusions: {
      async of({ tenant }) {
        const all = (await allRows(reads, 'state', stateKeys.exclusions(tenant))).map((row) => versioned(exclusions, row));
        return all.sort((a, b) => a.value.at - b.value.at || (a.value.id < b.value.id ? -1 : 1));
      },
      async add(point, { tenant }, values, card) {
        const rows = [
          ...values.map((value) => ({ ...stateKeys.exclusion(tenant, value.id), properties: exclusions.encode(value) })),
          { ...stateKeys.outbox(tenant, card.incident, card.revision), properties: outboxRows.encode(card) },
        ];
        const [first] = rows;
        if (first !== undefined && (await reads.get('state', first)) !== undefined) return;
        await writer.transact(
          point,
          'state',
          rows.map((row) => ({ kind: 'insert', row })),
        );
      },
      async put(point, { tenant }, { value, etag }) {
        const row = { ...stateKeys.exclusion(tenant, value.id), properties: exclusions.encode(value) };
        await writer.transact(point, 'state', [{ kind: 'replace', row, etag }]);
      },
    },
    noise: {
      of: ({ tenant }) => allValues(reads, 'state', stateKeys.noise(tenant), noiseRows),
      async ofLane({ tenant }, lane) {
        const row = await reads.get('state', stateKeys.noiseOfLane(tenant, lane));
        return row && noiseRows.decode(row);
      },
      async people({ tenant }) {
        const row = await reads.get('state', stateKeys.people(tenant));
        return row && people.decode(row);
      },
      async putPeople(point, { tenant }, value) {
        const row = { ...stateKeys.people(tenant), properties: people.encode(value) };
        await writer.transact(point, 'state', [{ kind: 'upsert', row }]);
      },
    },
    stages: {
      all: async () => (await allRows(reads, 'state', stageKeys.all)).map((row) => versioned(stages, row)),
      async put(point, value, etag) {
        const row = { ...stageKeys.row(value.rule), properties: stages.encode(value) };
        await writer.transact(point, 'state', [etag === undefined ? { kind: 'insert', row } : { kind: 'replace', row, etag }]);
      },
    },
  };
}
