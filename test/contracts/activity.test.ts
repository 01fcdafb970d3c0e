import { describe, expect, it } from 'vitest';
import { storedActivity } from '../../src/contracts/activity.ts';

const line = (record: string): unknown =>
  JSON.parse(
    `{"v":1,"id":"signin:1","tenant":"t","feed":"export","time":1,"subject":"user:u","views":[{"shape":"sign-in","record":${record}}]}`,
  );

describe('a stored activity', () => {
  it('has its record as it was written, the very same object', () => {
    const given = line('{"id":"1","list":[{"a":null}],"toString":"x"}') as { views: { record: object }[] };
    const read = storedActivity.parse(given);
    expect(read.views[0]?.record).toBe(given.views[0]?.record);
  });

  it('keeps a field with a hostile name as a field', () => {
    const record = storedActivity.parse(line('{"__proto__":{"polluted":1}}')).views[0]?.record ?? {};
    expect(Object.hasOwn(record, '__proto__')).toBe(true);
    expect('polluted' in record).toBe(false);
  });

  it.each(['[]', 'null', '"text"', '1'])('is refused where its record is %s', (record) => {
    expect(storedActivity.safeParse(line(record)).success).toBe(false);
  });
});
