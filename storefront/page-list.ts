import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'graphql';
import type { Plugin } from 'vite';
import { textWithTypenames } from '#schema/with-typenames.ts';
import { existence, paths } from './paths.ts';

const operations = join(import.meta.dirname, '../schema/operations/storefront');

/** Writes /pages.json for the gateway: `[{ path, exists? }]`, where `exists` is the text of the operation that checks whether the object exists. */
export function pageList(): Plugin {
  const textOf = (name: string) => textWithTypenames(parse(readFileSync(join(operations, `${name}.graphql`), 'utf8')));
  const pages = Object.entries(paths).map(([name, path]) => {
    const operation = existence[name as keyof typeof paths];
    return operation === undefined ? { path } : { path, exists: textOf(operation) };
  });
  return {
    name: 'page-list',
    apply: 'build',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'pages.json', source: JSON.stringify(pages) });
    },
  };
}
