// The id of a directory event is the one of the contract, whether it was made before or not.
import { describe, expect, it } from 'vitest';
import { directoryEventId } from '../../../src/collect/records/directory-id.ts';
import { directoryActivityId } from '../../../src/contracts/ids.ts';

describe('the id of a directory event', () => {
  it.each([
    ['Update user', 'update user'],
    ['Update user.', 'update user'],
    ['Consent to application', 'consent to application'],
  ])('%s: names correlation, operation and object, the second time too', (operation, form) => {
    for (const object of ['5F1A0000-0000-4000-8000-000000000001', '', 'Contoso portal', '__proto__']) {
      const expected = directoryActivityId('C0FFEE00-0000-4000-8000-000000000001', form, object);
      expect(directoryEventId('C0FFEE00-0000-4000-8000-000000000001', operation, object)).toBe(expected);
      expect(directoryEventId('c0ffee00-0000-4000-8000-000000000001', operation, object)).toBe(expected);
    }
  });
});
