// What all cmdlets of Exchange's admin API share: one POST path, a body around the parameters, an answer with type annotations. Used by cmdlets.ts and mailboxes.ts.
import { z } from 'zod';
import type { Entity } from '../../entities.ts';
import { type Call, type FeedName, type Handler, type Reply, writing } from '../../handler.ts';
import { contoso } from '../../worlds/constants.ts';
import { directoryRoles } from '../../worlds/roles.ts';

type Json = Readonly<Record<string, unknown>>;
export const readRoles = [
  directoryRoles.globalReader.id,
  directoryRoles.securityReader.id,
  directoryRoles.exchangeAdministrator.id,
  directoryRoles.globalAdministrator.id,
];
export const notFoundType = 'Microsoft.Exchange.Configuration.Tasks.ManagementObjectNotFoundException';

/** Values with the type annotations that the service mixes in. */
function annotated(record: Json): Json {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]): [string, unknown][] => {
      if (Array.isArray(value))
        return [
          [`${name}@odata.type`, '#Collection(String)'],
          [name, value],
        ];
      if (typeof value === 'number')
        return [
          [`${name}@data.type`, 'System.Int32'],
          [name, value],
        ];
      return [[name, value]];
    }),
  );
}
export const answer = (call: Call, value: readonly Json[]): Reply => ({
  status: 200,
  json: {
    '@odata.context': `${call.base}/adminapi/beta/${call.tenant.id}/$metadata#Collection(Exchange.GenericHashTable)`,
    'adminapi.warnings@odata.type': '#Collection(String)',
    '@adminapi.warnings': [],
    value: value.map(annotated),
  },
});

interface CmdletFacts<S extends z.ZodType> {
  readonly name: string;
  readonly source: string;
  readonly certainty: Handler['certainty'];
  readonly roles: readonly string[];
  readonly feed?: FeedName;
  readonly entity?: Entity;
  readonly parameters: S;
  readonly example: Readonly<Record<string, unknown>>;
  readonly run: (call: Call, parameters: z.output<S>) => Reply;
}
export function cmdlet<S extends z.ZodType>(facts: CmdletFacts<S>): Handler {
  const body = z
    .strictObject({ CmdletInput: z.strictObject({ CmdletName: z.string(), Parameters: z.unknown() }) })
    .transform((sent) => sent.CmdletInput.Parameters)
    .pipe(facts.parameters);
  return writing<typeof body>({
    id: `exchange.${facts.name}`,
    service: 'exchange',
    method: 'POST',
    path: '/adminapi/beta/{tenant}/InvokeCommand',
    cmdlet: facts.name,
    source: facts.source,
    certainty: facts.certainty,
    permissions: ['Exchange.ManageAsApp'],
    directoryRoles: facts.roles,
    ...(facts.feed && { feed: facts.feed }),
    ...(facts.entity && { entity: { 'v1.0': facts.entity, beta: facts.entity } }),
    parameters: ['$select'],
    encoding: 'json',
    success: 200,
    example: { params: { tenant: contoso.id }, body: { CmdletInput: { CmdletName: facts.name, Parameters: facts.example } } },
    body,
    run: facts.run,
  });
}
