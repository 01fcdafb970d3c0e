import { expect, it } from 'vitest';
import { press } from '../../src/contain/press.ts';
import { pressOf, scope, world } from './setup.ts';

it('a press says beside the green what was found and not touched', async () => {
  const at = await world({ things: ['mailbox rules', 'forwarding'] });
  expect(await press(at.tools(), scope, pressOf())).toMatchObject({
    containment: {
      status: 'done',
      staysOpen: ['Not touched: mailbox rules, forwarding. Look at them.', 'Open apps may last up to an hour.'],
    },
  });
});
