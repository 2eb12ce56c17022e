import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { readCommandLine } from '#platform/command.ts';
import { readCheckout } from '#schema/files.ts';
import { apiOf, supergraphFile } from '#schema/graph.ts';
import { readOperations } from '#schema/operations.ts';
import { requestOf } from './requests.ts';

type Bruno = { jsonToBruV2(request: object): string; envJsonToBruV2(environment: object): string };
const bruno = createRequire(import.meta.url)('@usebruno/lang') as Bruno;

const folder = join(import.meta.dirname, '..', '..', 'docs', 'collection');

/** Every file of the collection by its path below docs/collection/. */
export function collectionFiles(): Map<string, string> {
  const checkedOut = readCheckout();
  const schema = apiOf(checkedOut.get(supergraphFile) ?? '');
  const operations = readOperations(checkedOut);
  const files = new Map<string, string>();
  files.set('bruno.json', `${JSON.stringify({ version: '1', name: 'Marigold', type: 'collection', ignore: [] }, null, 2)}\n`);
  files.set('environments/local.bru', bruno.envJsonToBruV2({ variables: environment }));
  const clients = [...new Set(operations.map(({ client }) => client))];
  for (const client of clients) {
    const own = operations.filter((operation) => operation.client === client);
    for (const [at, operation] of own.entries()) {
      const path = join(client, `${basename(operation.file, '.graphql')}.bru`);
      files.set(path, bruno.jsonToBruV2(requestOf(operation, at + 1, schema)));
    }
  }
  return files;
}

const environment = [
  ['gateway', 'http://localhost:4000'],
  ['socket', 'ws://localhost:4000'],
  ['login', 'linh'],
  ['accessToken', ''],
  ['refreshToken', ''],
  ['productId', ''],
  ['cartId', ''],
  ['orderId', ''],
].map(([name, value]) => ({ name, value, enabled: true, secret: false, type: 'text' }));

if (import.meta.main) {
  readCommandLine('npm run collection   writes the requests of docs/collection/ for Bruno, from the registered operations', {});
  const files = collectionFiles();
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  process.stdout.write(`docs/collection is written: ${files.size - 2} requests.\n`);
}
