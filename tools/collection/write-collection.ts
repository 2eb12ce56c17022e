import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCommandLine } from '#platform/command.ts';
import { readCheckout } from '#schema/files.ts';
import { apiOf, supergraphFile } from '#schema/graph.ts';
import { readOperations } from '#schema/operations.ts';
import { collectionVariables, type PostmanRequest, requestOf } from './requests.ts';

/** A collection in Postman's format 2.1: a folder for each client, a request for each of its operations. */
export type PostmanCollection = {
  readonly info: { readonly name: string; readonly description: string; readonly schema: string };
  readonly auth: {
    readonly type: 'bearer';
    readonly bearer: readonly { readonly key: string; readonly value: string; readonly type: string }[];
  };
  readonly variable: typeof collectionVariables;
  readonly item: readonly { readonly name: string; readonly item: readonly PostmanRequest[] }[];
};

export const collectionFile = join(import.meta.dirname, '..', '..', 'docs', 'marigold.postman_collection.json');

/** The collection of the registered operations. */
export function collection(): PostmanCollection {
  const checkedOut = readCheckout();
  const schema = apiOf(checkedOut.get(supergraphFile) ?? '');
  const clients = Map.groupBy(readOperations(checkedOut), ({ client }) => client);
  return {
    info: {
      name: 'Marigold',
      description:
        'Every operation of the clients of this shop. Send LogIn or Register first: the token of its answer is used from then on.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    auth: { type: 'bearer', bearer: [{ key: 'token', value: '{{token}}', type: 'string' }] },
    variable: collectionVariables,
    item: [...clients].map(([name, operations]) => ({ name, item: operations.map((operation) => requestOf(operation, schema)) })),
  };
}

/** As it stands in the file. */
export const collectionText = () => `${JSON.stringify(collection(), null, 2)}\n`;

if (import.meta.main) {
  readCommandLine('npm run collection   writes docs/marigold.postman_collection.json from the registered operations', {});
  writeFileSync(collectionFile, collectionText());
  process.stdout.write('docs/marigold.postman_collection.json is written.\n');
}
