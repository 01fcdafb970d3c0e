// YAML text -> a small tree in which every node knows its line. The only place that reads YAML for rules; bounded, since rules come from strangers.
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments } from 'yaml';
import { RuleError } from './rule-error.ts';

export type Scalar = string | number | boolean | null;
export interface ScalarTree {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: Scalar;
}
export interface ListTree {
  readonly kind: 'list';
  readonly line: number;
  readonly items: readonly Tree[];
}
export interface MapTree {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, { readonly line: number; readonly value: Tree }>;
}
export type Tree = ScalarTree | ListTree | MapTree;

/** A rule is a page of text. What is larger is a mistake or an attack. */
export const limits = { characters: 1_000_000, nodes: 50_000, depth: 40 } as const;

/** The text has used up what one text may hold: what follows in it is not read. */
export class SpentError extends RuleError {}

/** All documents of a text. Throws RuleError at the first thing that is no plain YAML, is too large, or repeats itself through aliases. */
export const readYaml = (text: string, file: string): Tree[] => readDocuments(text, file).map((read) => read());

/** The same, each document read by itself when asked. Throws RuleError itself only for what concerns the whole text. */
export function readDocuments(text: string, file: string): (() => Tree)[] {
  if (text.length > limits.characters)
    throw new RuleError(file, 1, `is ${text.length} characters long; a rule file may have ${limits.characters}`);
  const json = jsonTree(text, file);
  if (json !== undefined) return [() => json];
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, {
    lineCounter,
    version: '1.2',
    schema: 'core',
    strict: true,
    // The library compares each key with all before it: below, in one look-up.
    uniqueKeys: false,
    logLevel: 'error',
  });
  let nodes = 0;
  const read = (document: Document.Parsed): Tree => {
    const broken = document.errors[0];
    if (broken !== undefined)
      throw new RuleError(file, broken.linePos?.[0].line ?? 1, `is no YAML: ${broken.message.split('\n')[0]?.replace(/\s*:$/, '')}`, {
        cause: broken,
      });
    const lineOf = (node: Node | null, fallback: number): number => (node?.range ? lineCounter.linePos(node.range[0]).line : fallback);
    const walk = (node: Node | null, depth: number, outer: number): Tree => {
      const line = lineOf(node, outer);
      nodes++;
      if (nodes > limits.nodes)
        throw new SpentError(
          file,
          line,
          `unfolds into too much (above ${limits.nodes} values: very many rules in one file, or aliases that repeat themselves); nothing after it is read`,
        );
      if (depth > limits.depth) throw new RuleError(file, line, 'unfolds into too much (deep nesting, or an alias in a circle)');
      if (isAlias(node)) {
        const target = node.resolve(document);
        if (target === undefined) throw new RuleError(file, line, `refers to *${node.source}, which is not defined`);
        return walk(target, depth + 1, line);
      }
      if (isMap(node)) {
        const entries = new Map<string, { line: number; value: Tree }>();
        for (const pair of node.items) {
          const key = walk(pair.key as Node | null, depth + 1, line);
          if (key.kind !== 'scalar') throw new RuleError(file, key.line, 'has a key that is no plain text');
          const name = String(key.value ?? '');
          if (entries.has(name))
            throw new RuleError(file, key.line, `is no YAML: ${JSON.stringify(name.slice(0, 80))} stands twice in one map`);
          entries.set(name, { line: key.line, value: walk(pair.value as Node | null, depth + 1, key.line) });
        }
        return { kind: 'map', line, entries };
      }
      if (isSeq(node)) return { kind: 'list', line, items: node.items.map((item) => walk(item as Node | null, depth + 1, line)) };
      if (node === null) return { kind: 'scalar', line, value: null };
      if (isScalar(node)) {
        const value = node.value;
        if (typeof value === 'bigint') return { kind: 'scalar', line, value: String(value) };
        if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
          return { kind: 'scalar', line, value };
      }
      throw new RuleError(file, line, 'holds something other than text, numbers, lists and maps');
    };
    return walk(document.contents, 0, 1);
  };
  // An empty document (a separator at the end) is none, unless it is empty because it is broken.
  return (Array.isArray(documents) ? documents : [])
    .filter(({ contents, errors }) => contents !== null || errors.length > 0)
    .map((document) => () => read(document));
}

/**
 * JSON is YAML too, and is read a hundred times faster: the build writes the shipped packs so. It tells no lines: all stand on the first.
 * Undefined for a text that is no JSON, which the YAML reader then judges.
 */
function jsonTree(text: string, file: string): Tree | undefined {
  if (!text.startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined; // a flow map, or a mistake that the YAML reader names with its line
  }
  let nodes = 0;
  const walk = (node: unknown, depth: number): Tree => {
    nodes++;
    if (nodes > limits.nodes || depth > limits.depth) throw new RuleError(file, 1, 'unfolds into too much (deep nesting)');
    if (Array.isArray(node)) return { kind: 'list', line: 1, items: node.map((item) => walk(item, depth + 1)) };
    if (node !== null && typeof node === 'object') {
      const entries = Object.entries(node).map(([key, inner]) => [key, { line: 1, value: walk(inner, depth + 1) }] as const);
      return { kind: 'map', line: 1, entries: new Map(entries) };
    }
    return { kind: 'scalar', line: 1, value: node as Scalar };
  };
  return walk(value, 0);
}

/** Plain data for a schema check. Maps become objects without a prototype. */
export function plain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(plain);
  const object: Record<string, unknown> = Object.create(null);
  for (const [key, entry] of tree.entries) object[key] = plain(entry.value);
  return object;
}

/** The line of what a schema error points at, as far down as the tree goes. */
export function lineAt(tree: Tree, path: readonly PropertyKey[]): number {
  let current = tree;
  let line = tree.line;
  for (const step of path) {
    if (current.kind === 'map') {
      const entry = current.entries.get(String(step));
      if (entry === undefined) break;
      line = entry.line;
      current = entry.value;
    } else if (current.kind === 'list') {
      const item = current.items[Number(step)];
      if (item === undefined) break;
      line = item.line;
      current = item;
    } else break;
  }
  return line;
}
