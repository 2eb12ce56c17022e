import { type DocumentNode, GraphQLError, Kind, parse } from 'graphql';
import { CheckError } from './check-error.ts';
import type { Files } from './files.ts';

/** An operation that one of our own clients sends: `schema/operations/<client>/<name>.graphql`. */
export type RegisteredOperation = {
  readonly client: string;
  /** The operation's own name, as in the document. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly document: DocumentNode;
};

const pattern = /^schema\/operations\/([^/]+)\/[^/]+\.graphql$/;

/** Every registered operation. @throws CheckError at a file that is not one named operation, with a comment before it, of a client. */
export function readOperations(files: Files): RegisteredOperation[] {
  return [...files].filter(([file]) => file.startsWith('schema/operations/')).map(([file, text]) => readOperation(file, text));
}

/** The valid operations of an earlier commit, which can no longer be fixed. */
export function readOldOperations(files: Files): RegisteredOperation[] {
  return [...files].flatMap(([file, text]) => {
    try {
      return file.startsWith('schema/operations/') ? [readOperation(file, text)] : [];
    } catch {
      return [];
    }
  });
}

function readOperation(file: string, text: string): RegisteredOperation {
  const client = pattern.exec(file)?.[1];
  if (client === undefined) throw new CheckError('An operation lies in the folder of its client, schema/operations/<client>/.', { file });
  if (!text.startsWith('#')) throw new CheckError('The file must begin with a comment on the purpose of the operation.', { file, line: 1 });
  const document = parseFile(file, text);
  const [operation, second] = document.definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new CheckError('The file holds no operation.', { file, line: 1 });
  if (second !== undefined) {
    const line = second.loc?.startToken.line;
    throw new CheckError('The file holds a second operation, and a file is one; give it a file of its own.', { file, line });
  }
  if (operation.name === undefined)
    throw new CheckError('The operation has no name, so logs could not identify it.', { file, line: operation.loc?.startToken.line });
  return { client, name: operation.name.value, file, text, document };
}

/** Parses an SDL or an operation. @throws CheckError with the line of the syntax error. */
export function parseFile(file: string, text: string): DocumentNode {
  try {
    return parse(text);
  } catch (error) {
    const line = error instanceof GraphQLError ? error.locations?.[0]?.line : undefined;
    throw new CheckError(`${error instanceof Error ? error.message : String(error)}`, { file, line });
  }
}
