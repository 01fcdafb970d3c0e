// Rows in Azure Table Storage. Used by azure.ts.
import { RestError, type TableClient, type TransactionAction } from '@azure/data-tables';
import {
  type Key,
  type Operation,
  type Properties,
  type Property,
  type Query,
  type Range,
  type Reads,
  type Row,
  type StoredRow,
  type TableName,
  tables,
  type Writes,
} from './backend.ts';
import { ConflictError } from './store.ts';

const pageRows = 1_000;
const ownProperties = ['partitionKey', 'rowKey', 'etag', 'timestamp', 'odata.metadata'];

interface Answered extends Record<string, unknown> {
  readonly partitionKey?: string;
  readonly rowKey?: string;
  readonly etag?: string;
}
function rowOf(entity: Answered): StoredRow {
  const properties: Record<string, Property> = {};
  for (const [name, value] of Object.entries(entity)) if (!ownProperties.includes(name)) properties[name] = value as Property;
  return { partition: entity.partitionKey ?? '', row: entity.rowKey ?? '', etag: entity.etag ?? '', properties };
}
const entityOf = ({ partition, row, properties }: Row) => ({
  ...(properties as Record<string, Property>),
  partitionKey: partition,
  rowKey: row,
});
const keyOf = ({ partition, row }: Key) => ({ partitionKey: partition, rowKey: row });

/** The library's own `odata` leaves a text unquoted at the start of a template. */
const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
const within = (name: string, { from, to }: Range) => `${name} ge ${quoted(from)} and ${name} lt ${quoted(to)}`;
const rangesOf = (rows: NonNullable<Query['rows']>): readonly Range[] => ('from' in rows ? [rows] : rows);
function filterOf({ partition, rows, atMost }: Query): string {
  const filters = [typeof partition === 'string' ? `PartitionKey eq ${quoted(partition)}` : within('PartitionKey', partition)];
  if (rows)
    filters.push(
      `(${rangesOf(rows)
        .map((range) => `(${within('RowKey', range)})`)
        .join(' or ')})`,
    );
  if (atMost) filters.push(`${atMost.property} le ${quoted(atMost.value)}`);
  return filters.join(' and ');
}

/** `code` distinguishes a row that is not there from a table that is not there: the second is never "nothing found". */
function conflictOf(error: unknown, table: TableName, operations: readonly Operation[]): unknown {
  if (!(error instanceof RestError)) return error;
  const known = ['EntityAlreadyExists', 'UpdateConditionNotSatisfied', 'ConditionNotMet', 'ResourceNotFound', 'EntityNotFound'];
  if (!known.includes(codeOf(error))) return error;
  const rows = operations.map((operation) => `"${operation.row.row}"`).join(', ');
  return new ConflictError(`A row changed, exists or is gone: ${rows} of partition "${operations[0]?.row.partition}" in ${table}`, {
    cause: error,
  });
}
function codeOf(error: RestError): string {
  const details = error.details as { readonly odataError?: { readonly code?: string } } | undefined;
  return details?.odataError?.code ?? error.code ?? '';
}
const missing = (error: unknown) => error instanceof RestError && ['ResourceNotFound', 'EntityNotFound'].includes(codeOf(error));

async function alone(client: TableClient, operation: Operation): Promise<string> {
  switch (operation.kind) {
    case 'insert':
      return (await client.createEntity(entityOf(operation.row))).etag ?? '';
    case 'upsert':
      return (await client.upsertEntity(entityOf(operation.row), 'Replace')).etag ?? '';
    case 'replace':
      return (await client.updateEntity(entityOf(operation.row), 'Replace', { etag: operation.etag })).etag ?? '';
    case 'delete': {
      const { partition, row } = operation.row;
      try {
        await client.deleteEntity(partition, row, operation.etag === undefined ? {} : { etag: operation.etag });
      } catch (error) {
        if (operation.etag !== undefined || !missing(error)) throw error;
      }
      return '';
    }
  }
}
function actionOf(operation: Operation): TransactionAction {
  switch (operation.kind) {
    case 'insert':
      return ['create', entityOf(operation.row)];
    case 'upsert':
      return ['upsert', entityOf(operation.row), 'Replace'];
    case 'replace':
      return ['update', entityOf(operation.row), 'Replace', { etag: operation.etag }];
    case 'delete':
      return ['delete', keyOf(operation.row)];
  }
}

export function azureTables(
  clientOf: (table: TableName) => TableClient,
): Pick<Reads, 'get' | 'query'> & Pick<Writes, 'transact'> & { prepare(): Promise<void> } {
  const clients = new Map<TableName, TableClient>();
  const client = (table: TableName) => {
    const known = clients.get(table) ?? clientOf(table);
    clients.set(table, known);
    return known;
  };
  return {
    async prepare() {
      await Promise.all(tables.map((table) => client(table).createTable()));
    },
    async get(table, { partition, row }) {
      try {
        return rowOf(await client(table).getEntity<Properties>(partition, row));
      } catch (error) {
        if (missing(error)) return undefined;
        throw error;
      }
    },
    async *query(table, query) {
      const pages = client(table)
        .listEntities<Properties>({ queryOptions: { filter: filterOf(query) } })
        .byPage({ maxPageSize: pageRows });
      for await (const page of pages) yield page.map(rowOf);
    },
    async transact(table, operations) {
      const [only] = operations;
      try {
        if (operations.length === 1 && only) return [await alone(client(table), only)];
        const { subResponses } = await client(table).submitTransaction(operations.map(actionOf));
        return operations.map((operation, index) => (operation.kind === 'delete' ? '' : (subResponses[index]?.etag ?? '')));
      } catch (error) {
        throw conflictOf(error, table, operations);
      }
    },
  };
}
