// Every place where a write could be the last thing this process did, by number. test/scenarios/crash.test.ts crashes at each one, before and after the write;
// a meta test finds every call site and fails if one has no point here, or a point has no call site.
export const crashPoints = {
  'registry.add-tenant': 1,
  'round.take-lease': 10,
  'round.release-lease': 11,
  'round.append-activities': 12,
  'round.put-snapshot': 13,
  'round.put-findings': 14,
  'round.merge-baselines': 15,
  'round.put-hits': 16,
  'round.put-aliases': 17,
  'round.put-sighting': 18,
  'round.put-due': 19,
  'round.commit': 20,
  'round.ring-respond': 21,
  'round.expire-hits': 22,
} as const;
export type CrashPoint = keyof typeof crashPoints;
