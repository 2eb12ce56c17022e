import { type DocumentNode, GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import type { Logger } from '#platform/logger.ts';
import { FiniteNumbersRule } from './protection/finite-numbers.ts';
import { checkLimits, type Limits } from './protection/limits.ts';
import { asRefusal, Refused, refuse } from './protection/refusals.ts';
import { unconditionalSubscriptionRoot } from './protection/subscription-root.ts';
import { sha256, type TrustedDocuments } from './protection/trusted-documents.ts';
import type { SupergraphSource } from './subscription-port.ts';

export type Documents = ReturnType<typeof createDocuments>;

const maxDocuments = 2000;
const maxErrors = 20;

/** Texts of operations as checked documents. What passed is remembered until the next supergraph; what did not is never. */
export function createDocuments(options: {
  supergraph: SupergraphSource;
  limits: Limits;
  trusted: TrustedDocuments;
  introspection: boolean;
  logger: Logger;
}) {
  const { supergraph, limits, trusted, introspection, logger } = options;
  const rules = [
    ...specifiedRules,
    FiniteNumbersRule,
    unconditionalSubscriptionRoot,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const checked = new Map<string, DocumentNode>();
  supergraph.onChange(() => checked.clear());

  function assertTrusted(query: string, hash: string): void {
    if (trusted.mode === 'off' || trusted.has(query)) return;
    if (trusted.mode === 'only') refuse('DOCUMENT_NOT_TRUSTED', 'Only documents that this shop knows are served here.');
    logger.warn({ hash }, 'a document was served that is not among the trusted ones');
  }

  /** What the schema of the moment has against a document. */
  function validateDocument(document: DocumentNode): readonly GraphQLError[] {
    return validate(supergraph.current().apiSchema, document, rules, { maxErrors }).map((error) => {
      // a suggestion would tell the schema to those who may not read it
      const message = introspection ? error.message : error.message.replace(/ ?Did you mean .+\?$/, '');
      return asRefusal('GRAPHQL_VALIDATION_FAILED', error, message);
    });
  }

  return {
    validate: validateDocument,

    /** @throws Refused when it is not trusted, too large, no GraphQL, or not of this schema. */
    read(query: string): DocumentNode {
      const hash = sha256(query);
      const known = checked.get(hash);
      if (known) return known;
      assertTrusted(query, hash);
      const document = parseDocument(query, limits.maxTokens);
      // sizes first: they are cheap to find, and validation is not on something huge
      const problems = checkLimits(document, limits);
      if (problems.length > 0) throw new Refused(problems);
      const mistakes = validateDocument(document);
      if (mistakes.length > 0) throw new Refused(mistakes);
      if (checked.size >= maxDocuments) checked.clear();
      checked.set(hash, document);
      return document;
    },

    /** For Apollo Server, whose keys end with the same hash: what passed need not be parsed and validated once more. */
    store: {
      get: async (key: string) => checked.get(key.slice(-64)),
      set: async () => undefined,
      delete: async () => undefined,
    },
  };
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) throw new Refused([asRefusal('GRAPHQL_PARSE_FAILED', error)]);
    throw error;
  }
}
