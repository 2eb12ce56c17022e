import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

export type RandomOperation = { readonly source: string; readonly variables: Record<string, unknown> };
export type Random = { below(limit: number): number; chance(percent: number): boolean; pick<T>(from: readonly T[]): T };

/** Mulberry32: the same numbers for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick<T>(from: readonly T[]): T {
      const found = from[below(from.length)];
      if (found === undefined) throw new Error('Nothing to pick from.');
      return found;
    },
  };
}

/**
 * A random operation, which may be invalid: with aliases that take each other's names and those of keys, fragments of both kinds, type
 * conditions, `@skip` and `@include`, variables and literals.
 */
export function randomOperation(
  schema: GraphQLSchema,
  kind: 'query' | 'mutation',
  random: Random,
  aliases: readonly string[],
): RandomOperation {
  const writer = new Writer(schema, random, aliases);
  const root = kind === 'query' ? schema.getQueryType() : schema.getMutationType();
  if (!root) throw new Error(`There is no ${kind}.`);
  return writer.operation(kind, root);
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #random: Random;
  readonly #aliases: readonly string[];
  readonly #fragments: string[] = [];
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};

  constructor(schema: GraphQLSchema, random: Random, aliases: readonly string[]) {
    this.#schema = schema;
    this.#random = random;
    this.#aliases = aliases;
  }

  operation(kind: string, root: GraphQLNamedType): RandomOperation {
    const selections = this.#set(root, 4);
    const definitions = this.#definitions.length === 0 ? '' : `(${this.#definitions.join(', ')})`;
    return { source: `${kind} ${definitions} ${selections} ${this.#fragments.join(' ')}`, variables: this.#variables };
  }

  #set(type: GraphQLNamedType, depth: number): string {
    const count = 1 + this.#random.below(depth > 3 ? 2 : 4);
    return `{ ${Array.from({ length: count }, () => this.#selection(type, depth)).join(' ')} }`;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    if (this.#random.chance(12)) return this.#fragment(type, depth);
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
    const leaves = fields.filter((field) => !this.#hasSelections(field));
    const usable = depth > 0 ? fields : leaves;
    if (isAbstractType(type) && (usable.length === 0 || this.#random.chance(50)) && depth > 0) return this.#fragment(type, depth);
    if (usable.length === 0 || this.#random.chance(8)) return `${this.#alias()}__typename${this.#condition()}`;
    const field = this.#random.pick(usable);
    const inside = this.#hasSelections(field) ? ` ${this.#set(getNamedType(field.type), depth - 1)}` : '';
    return `${this.#alias()}${field.name}${this.#arguments(field.args)}${this.#condition()}${inside}`;
  }

  #hasSelections(field: GraphQLField<unknown, unknown>): boolean {
    const type = getNamedType(field.type);
    return isObjectType(type) || isAbstractType(type);
  }

  #alias(): string {
    return this.#random.chance(35) ? `${this.#random.pick(this.#aliases)}: ` : '';
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const possible = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
    const condition = possible.length > 0 && this.#random.chance(80) ? this.#random.pick(possible) : type;
    if (this.#random.chance(60)) return `... on ${condition.name}${this.#condition()} ${this.#set(condition, depth - 1)}`;
    const inside = this.#set(condition, depth - 1);
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${condition.name} ${inside}`);
    return `...${name}${this.#condition()}`;
  }

  #condition(): string {
    if (!this.#random.chance(10)) return '';
    const value = this.#random.chance(50);
    const text = this.#random.chance(30) ? String(value) : this.#variable('Boolean!', value);
    return ` @${this.#random.pick(['skip', 'include'])}(if: ${text})`;
  }

  #variable(type: string, value: unknown): string {
    const name = this.#definitions.length === 0 ? 'representations' : `v${this.#definitions.length}`;
    this.#definitions.push(`$${name}: ${type}`);
    this.#variables[name] = value;
    return `$${name}`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const given = args.filter((argument) => isRequiredArgument(argument) || this.#random.chance(40));
    if (given.length === 0) return '';
    return `(${given.map(({ name, type }) => `${name}: ${this.#argument(type)}`).join(', ')})`;
  }

  #argument(type: GraphQLInputType): string {
    const value = this.#value(type);
    return this.#random.chance(40) ? this.#variable(String(type), value) : literal(value, type);
  }

  #value(type: GraphQLInputType): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType);
    if (isListType(type)) return Array.from({ length: this.#random.below(3) }, () => this.#value(type.ofType));
    if (isEnumType(type)) return this.#random.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isRequiredInputField(field) || this.#random.chance(20));
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type)]));
    }
    if (type.name === 'Int') return this.#random.below(5);
    if (type.name === 'Float') return this.#random.below(5) / 4;
    if (type.name === 'Boolean') return this.#random.chance(50);
    return this.#random.pick(['a', 'id#1', '7', 'x "y"']);
  }
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (isListType(type)) return `[${(value as unknown[]).map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (isEnumType(type)) return String(value);
  if (!isInputObjectType(type)) return JSON.stringify(value);
  const fields = type.getFields();
  const written = Object.entries(value as object).map(([name, inside]) => {
    const field = fields[name];
    return field ? `${name}: ${literal(inside, field.type)}` : '';
  });
  return `{${written.join(', ')}}`;
}
