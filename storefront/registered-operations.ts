import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'graphql';
import type { Plugin } from 'vite';
import { textWithTypenames } from '#schema/with-typenames.ts';

/**
 * Lets the storefront import an operation of `schema/operations/` by its file. The bundle gets the text that is sent, with `__typename`
 * in every selection, as a normalized cache needs it, and the SHA-256 by which the gateway knows it.
 */
export function registeredOperations(): Plugin {
  return {
    name: 'registered-operations',
    async load(id) {
      const [file = ''] = id.split('?');
      if (!file.endsWith('.graphql')) return null;
      const text = textWithTypenames(parse(await readFile(file, 'utf8')));
      const hash = createHash('sha256').update(text).digest('hex');
      return { code: `export default ${JSON.stringify({ text, hash })};`, moduleType: 'js', map: null };
    },
  };
}
