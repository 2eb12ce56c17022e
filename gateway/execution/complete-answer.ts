import {
  type GraphQLAbstractType,
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { isRawNumber } from '#platform/exact-json.ts';
import type { AnswerField, AnswerShape } from '../supergraph/planning/answer-shape.ts';
import { isData } from './entities.ts';

export type AnswerPath = readonly (string | number)[];
/** An invalid value in the response for which no subgraph sent an error. */
export type AnswerProblem = { readonly message: string; readonly path: AnswerPath };
type Data = Readonly<Record<string, unknown>>;

export type CompletionOptions = {
  readonly schema: GraphQLSchema;
  readonly rootType: GraphQLObjectType;
  readonly shape: AnswerShape;
  /** What subgraphs answered, merged, under the planner's keys. */
  readonly data: Data;
  /** The answers to `__schema` and `__type`, under the client's keys. */
  readonly introspection: Data;
  /** Paths of errors that are already in the response. */
  readonly reportedPaths: readonly AnswerPath[];
};

/** Null, with its error already in the response. */
const failed = Symbol('failed');
type Completed = unknown;

/**
 * Builds the client's answer from the subgraphs' responses, by the rules of GraphQL (6.4.3, CompleteValue): a value that does not match the schema becomes
 * null, and so does a parent for which it is non-null; each such null has exactly one error.
 */
export function completeAnswer(options: CompletionOptions): { data: Record<string, unknown> | null; problems: AnswerProblem[] } {
  const completion = new Completion(options);
  const data = completion.object(options.rootType, options.data, options.shape);
  return { data: data === failed ? null : (data as Record<string, unknown>), problems: completion.problems };
}

class Completion {
  readonly problems: AnswerProblem[] = [];
  readonly #options: CompletionOptions;
  readonly #path: (string | number)[] = [];

  constructor(options: CompletionOptions) {
    this.#options = options;
  }

  object(type: GraphQLObjectType | GraphQLInterfaceType, value: Data, shape: AnswerShape): Completed {
    // a client may name a field __proto__
    const answer: Record<string, unknown> = Object.create(null);
    for (const field of shape.fieldsOf(type)) {
      const completed = field.type === null ? this.#meta(field, type) : this.#field(field, field.type, value, type.name);
      if (completed === failed) return failed;
      answer[field.responseKey] = completed;
    }
    return answer;
  }

  #meta({ name, responseKey }: AnswerField, { name: typeName }: GraphQLNamedType): Completed {
    return name === '__typename' ? typeName : this.#options.introspection[responseKey];
  }

  #field(field: AnswerField, type: GraphQLOutputType, value: Data, parent: string): Completed {
    this.#path.push(field.responseKey);
    const inside = Object.hasOwn(value, field.key) ? value[field.key] : null;
    const completed = this.#required(type, inside, field.shape, `field ${parent}.${field.name}`);
    this.#path.pop();
    return completed;
  }

  /** A value, null where the type allows it, `failed` where it does not. */
  #required(type: GraphQLOutputType, value: unknown, shape: AnswerShape | null, what: string): Completed {
    if (!isNonNullType(type)) {
      const completed = this.#nullable(type, value, shape, what);
      return completed === failed ? null : completed;
    }
    const completed = this.#nullable(type.ofType, value, shape, what);
    if (completed !== null) return completed;
    if (!this.#isTold()) this.#problem(`Cannot return null for non-nullable ${what}.`);
    return failed;
  }

  #nullable(type: GraphQLOutputType, value: unknown, shape: AnswerShape | null, what: string): Completed {
    if (value === null || value === undefined) return null;
    if (isLeafType(type)) return this.#leaf(type, value);
    if (isListType(type)) return this.#list(type.ofType, value, shape, what);
    if (isNonNullType(type)) return this.#required(type, value, shape, what);
    if (shape === null || !isData(value)) return this.#problem(`Expected an object for ${what}.`);
    return isObjectType(type) ? this.object(type, value, shape) : this.#abstract(type, value, shape, what);
  }

  #abstract(type: GraphQLAbstractType, value: Data, shape: AnswerShape, what: string): Completed {
    const typeName = value['__typename'];
    const found = typeof typeName === 'string' ? this.#options.schema.getType(typeName) : type;
    if (isObjectType(found) && this.#options.schema.isSubType(type, found)) return this.object(found, value, shape);
    // an interface that a subgraph knows as an object: nothing was asked that depends on what it really is
    if (isInterfaceType(found) && found === type) return this.#unresolved(found, value, shape, what);
    return this.#problem(`Cannot determine which type of "${type.name}" the object is for ${what}.`);
  }

  #unresolved(type: GraphQLInterfaceType, value: Data, shape: AnswerShape, what: string): Completed {
    const asksForType = shape.fieldsOf(type).some(({ name }) => name === '__typename');
    return asksForType
      ? this.#problem(`Cannot determine which "${type.name}" the object is for ${what}.`)
      : this.object(type, value, shape);
  }

  #list(type: GraphQLOutputType, value: unknown, shape: AnswerShape | null, what: string): Completed {
    if (!Array.isArray(value)) return this.#problem(`Expected a list for ${what}.`);
    const answer: unknown[] = [];
    for (const [index, item] of value.entries()) {
      this.#path.push(index);
      const completed = this.#required(type, item, shape, what);
      this.#path.pop();
      if (completed === failed) return failed;
      answer.push(completed);
    }
    return answer;
  }

  #leaf(type: GraphQLLeafType, value: unknown): Completed {
    if (isEnumType(type)) {
      const isKnown = typeof value === 'string' && type.getValue(value) !== undefined;
      return isKnown ? value : this.#problem(`Enum "${type.name}" cannot represent the value that a subgraph gave.`);
    }
    // only subgraphs know what others are
    if (!isSpecifiedScalarType(type)) return value;
    try {
      return type.serialize(isRawNumber(value) ? readRawNumber(type.name, value.rawJSON) : value);
    } catch {
      return this.#problem(`${type.name} cannot represent the value that a subgraph gave.`);
    }
  }

  #problem(message: string): typeof failed {
    this.problems.push({ message, path: [...this.#path] });
    return failed;
  }

  /** An error at this place, inside of it or around it explains a null here. */
  #isTold(): boolean {
    return this.#options.reportedPaths.some((reported) => {
      const length = Math.min(reported.length, this.#path.length);
      for (let index = 0; index < length; index += 1) if (reported[index] !== this.#path[index]) return false;
      return true;
    });
  }
}

/** A number that a double cannot hold: as text it is what is written, as an ID its digits; others are rejected, or rounded, by their type. */
function readRawNumber(typeName: string, text: string): unknown {
  const isText = typeName === 'String' || (typeName === 'ID' && /^-?\d+$/.test(text));
  return isText ? text : Number(text);
}
