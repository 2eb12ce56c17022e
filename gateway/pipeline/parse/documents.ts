import { type DocumentNode, GraphQLError, parse, Source, visit } from 'graphql';
import type { Logger } from '#platform/logger.ts';
import type { Caches } from '../../runtime/caches.ts';
import type { PlanningThread } from '../../supergraph/planning/planning-thread.ts';
import type { SupergraphSource } from '../../supergraph/supergraph-source.ts';
import { checkLimits, type Limits } from '../limit/limits.ts';
import { RequestError, reject, withCode } from '../request-error.ts';
import { findMistakes, type Mistake } from '../validate/validation.ts';
import { assertReadable, type TextLimits } from './text-limits.ts';
import { sha256, type TrustedDocuments } from './trusted-documents.ts';

export type Documents = ReturnType<typeof createDocuments>;

type Checked = { readonly document: DocumentNode; readonly bytes: number };

/** A document within the limits of a text. */
export type ReadDocument = {
  readonly document: DocumentNode;
  /** How many tokens are to be validated; 0 when it was known. */
  readonly newTokens: number;
  /** Resolves when the document is one of the schema's; `caller` is whose turn it takes. @throws RequestError with its mistakes, and what `PlanningThread.validate` throws. */
  validated(caller: string): Promise<void>;
};

/** Validating less than this takes a millisecond or two; more is done beside the event loop. */
const mostTokensHere = 200;
/** Of an AST without locations: 190 were measured of fields with one letter, 130 of ordinary operations. */
const bytesOfToken = 200;

/**
 * Texts of operations as checked documents, without locations. What passed is remembered until the next supergraph: the registered ones
 * always, others as long as they are in use and there is room. What did not pass is never.
 */
export function createDocuments(options: {
  supergraph: SupergraphSource;
  thread: Pick<PlanningThread, 'validate'>;
  limits: Limits & TextLimits;
  trusted: TrustedDocuments;
  introspection: boolean;
  caches: Caches;
  maxCacheBytes: number;
  logger: Logger;
}) {
  const { supergraph, limits, trusted, introspection, caches, logger } = options;
  const registered = new Map<string, DocumentNode>();
  const registeredNodes = new WeakSet<DocumentNode>();
  const checked = caches.openSegmented<Checked>('documents', { maxBytes: options.maxCacheBytes, bytesOf: ({ bytes }) => bytes });
  supergraph.onChange(() => {
    registered.clear();
    checked.clear();
  });

  const find = (hash: string): DocumentNode | undefined => registered.get(hash) ?? checked.get(hash)?.document;

  function keep(hash: string, document: DocumentNode, tokens: number): void {
    // by the exact text: of one operation there are texts without end
    if (trusted.find(hash) === undefined) checked.set(hash, { document, bytes: tokens * bytesOfToken });
    else {
      registered.set(hash, document);
      registeredNodes.add(document);
    }
  }

  function assertTrusted(query: string, hash: string): void {
    if (trusted.mode === 'off' || trusted.has(query)) return;
    if (trusted.mode === 'only') reject('DOCUMENT_NOT_TRUSTED', 'Only documents that this shop knows are served here.');
    logger.warn({ hash }, 'a document was served that is not among the trusted ones');
  }

  /** What the schema of the moment has against a document. */
  function validateDocument(document: DocumentNode): readonly GraphQLError[] {
    return findMistakes(supergraph.current().apiSchema, document, introspection).map((mistake) => toError(mistake, document));
  }

  async function mistakesOf(
    query: string,
    document: DocumentNode,
    tokens: number,
    caller: string | null,
  ): Promise<readonly GraphQLError[]> {
    if (caller === null || tokens <= mostTokensHere) return validateDocument(document);
    const mistakes = await options.thread.validate({ sdl: supergraph.current().sdl, document: query, introspection, caller });
    return mistakes.map((mistake) => toError(mistake, document));
  }

  return {
    validate: validateDocument,

    /** Whether it was read before, so that to read it again costs nothing. */
    isKnown(query: string): boolean {
      const hash = sha256(query);
      return find(hash) !== undefined || trusted.find(hash) !== undefined;
    },

    /** @throws RequestError when it is not trusted, too large, or no GraphQL. */
    read(query: string): ReadDocument {
      const hash = sha256(query);
      const before = find(hash);
      if (before) return { document: before, newTokens: 0, validated: async () => undefined };
      const tokens = assertReadable(query, limits);
      assertTrusted(query, hash);
      const document = parseDocument(query);
      // sizes first: they are cheap to find, and validation is not on something huge
      const problems = checkLimits(document, limits);
      if (problems.length > 0) throw new RequestError(problems);
      const isKnown = trusted.find(hash) !== undefined;
      return {
        document,
        newTokens: isKnown ? 0 : tokens,
        async validated(caller) {
          const served = supergraph.current();
          const mistakes = await mistakesOf(query, document, tokens, isKnown ? null : caller);
          if (mistakes.length > 0) throw new RequestError(mistakes);
          dropLocations(document);
          // it does not apply to another schema
          if (supergraph.current() === served) keep(hash, document, tokens);
        },
      };
    },

    /** Whether the document is one of the registered ones, which are never forgotten. */
    isRegistered: (document: DocumentNode): boolean => registeredNodes.has(document),

    /** For Apollo Server, whose keys end with the same hash: what passed need not be parsed and validated once more. */
    store: {
      get: async (key: string) => find(key.slice(-64)),
      set: async () => undefined,
      delete: async () => undefined,
    },
  };
}

function toError({ message, positions }: Mistake, { loc }: DocumentNode): GraphQLError {
  const source = loc?.source ?? new Source('');
  return withCode('GRAPHQL_VALIDATION_FAILED', new GraphQLError(message, { source, positions }));
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) throw new RequestError([withCode('GRAPHQL_PARSE_FAILED', error)]);
    throw error;
  }
}

/** Only error messages need locations, and these take more than half of the memory of a document. */
function dropLocations(document: DocumentNode): void {
  visit(document, {
    enter(node) {
      Object.assign(node, { loc: undefined });
    },
  });
}
