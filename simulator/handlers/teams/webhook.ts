// The receiver of a Teams Workflows webhook: 202 and no body, whatever becomes of the card later. Source: Teams reference E.2.
import { z } from 'zod';
import { type Handler, writing } from '../../handler.ts';

const limit = 28 * 1024;

export const webhookHandler: Handler = writing({
  id: 'teams.webhook',
  service: 'teams',
  method: 'POST',
  path: '/workflows/{id}/triggers/manual/paths/invoke',
  source:
    'Teams reference E.2: 202 without body; 28 KB for the whole envelope; the signature in the address is the only key (401 inferred)',
  certainty: 'documented',
  parameters: ['api-version', 'sp', 'sv', 'sig'],
  encoding: 'json',
  success: 202,
  example: {
    params: { id: '9d8c7b6a5f4e3d2c1b0a' },
    query: { 'api-version': '2016-06-01', sp: '/triggers/manual/run', sv: '1.0', sig: 'simulated-signature' },
    body: { type: 'message', attachments: [] },
  },
  body: z.record(z.string(), z.unknown()),
  run: (call, body) => {
    if (call.query.get('sig') !== 'simulated-signature')
      return {
        status: 401,
        json: {
          error: { code: 'DirectApiAuthorizationRequired', message: 'The request must be authenticated only by Shared Access scheme.' },
        },
      };
    if (Buffer.byteLength(JSON.stringify(body)) > limit)
      return { status: 413, text: 'The payload is too large. Please make sure the size is less than 28KB.' };
    call.world.posts.push({ at: call.now, id: call.authority.fresh(), body });
    return { status: 202, text: '' };
  },
});
