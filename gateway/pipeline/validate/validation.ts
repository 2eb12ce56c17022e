import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  SingleFieldSubscriptionsRule,
  specifiedRules,
  validate,
} from 'graphql';
import { FiniteNumbersRule } from './finite-numbers.ts';
import { subscriptionRootRule } from './subscription-root.ts';

const maxErrors = 20;
const rules = [...specifiedRules.map((rule) => (rule === SingleFieldSubscriptionsRule ? subscriptionRootRule : rule)), FiniteNumbersRule];
const rulesWithoutIntrospection = [...rules, NoSchemaIntrospectionCustomRule];

/** What a mistake is, and at which characters of the text. */
export type Mistake = { readonly message: string; readonly positions: readonly number[] };

/** The validation errors of a document; without suggestions where introspection is disabled, as they would reveal the schema. */
export function findMistakes(schema: GraphQLSchema, document: DocumentNode, introspection: boolean): Mistake[] {
  return validate(schema, document, introspection ? rules : rulesWithoutIntrospection, { maxErrors }).map((error) => ({
    message: introspection ? error.message : withoutSuggestion(error),
    positions: error.positions ?? [],
  }));
}

const withoutSuggestion = ({ message }: GraphQLError): string => message.replace(/ ?Did you mean .+\?$/, '');
