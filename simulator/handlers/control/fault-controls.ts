// Controls for broken requests (simulator/faults.ts): what there is, what stands, set one, take one or all away. Part of the registry; used by the console's local panel and by tests.
import { z } from 'zod';
import { faultTitles, requestFaultKinds } from '../../faults.ts';
import { type Handler, reading, writing } from '../../handler.ts';

const common = { service: 'control', source: 'This simulator', certainty: 'measured', success: 200 } as const;

export const faultControls: readonly Handler[] = [
  reading({
    ...common,
    id: 'control.request-faults.list',
    method: 'GET',
    path: '/control/request-faults',
    example: {},
    run: (call) => ({
      status: 200,
      json: { kinds: requestFaultKinds.map((kind) => ({ kind, title: faultTitles[kind] })), standing: call.world.board.list() },
    }),
  }),
  writing({
    ...common,
    id: 'control.request-faults.set',
    method: 'POST',
    path: '/control/request-faults',
    example: { body: { kind: 'unavailable', count: 0 } },
    body: z.strictObject({
      kind: z.enum(requestFaultKinds),
      tenant: z.guid().optional(),
      handler: z.string().max(100).optional(),
      after: z.int().min(0).optional(),
      count: z.int().min(0).optional(),
      seconds: z.int().min(0).max(3_600).optional(),
    }),
    run: (call, fault) => ({ status: 200, json: call.world.board.set(fault) }),
  }),
  writing({
    ...common,
    id: 'control.request-faults.clear',
    method: 'POST',
    path: '/control/request-faults/clear',
    example: { body: {} },
    body: z.strictObject({ id: z.string().max(40).optional() }),
    run: (call, { id }) => {
      call.world.board.clear(id);
      return { status: 200, json: call.world.board.list() };
    },
  }),
];
