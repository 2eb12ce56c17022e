import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stripIgnoredCharacters } from 'graphql';
import { textWithTypenames } from '#schema/with-typenames.ts';

export type TrustMode = 'off' | 'log' | 'only';

export type TrustedDocuments = {
  readonly mode: TrustMode;
  /**
   * The text with this SHA-256 in hex: of the file's bytes, of the text with `__typename` in every selection set, as clients with a
   * normalized cache send it, or of one of these without insignificant characters.
   */
  find(hash: string): string | undefined;
  /** Whether it is one of them; white space and comments make no difference. */
  has(text: string): boolean;
};

/**
 * The documents that our own clients send, as they are written and with `__typename` in every selection set: `folder` has a folder for
 * each client, with one operation per `*.graphql` file. Throws an error that names the file when one is no GraphQL.
 */
export function loadTrustedDocuments(folder: string, mode: TrustMode): TrustedDocuments {
  const texts = new Map<string, string>();
  const trusted = new Set<string>();
  for (const file of listDocuments(folder, mode)) {
    for (const text of formsOf(readFileSync(join(folder, file), 'utf8'), file)) {
      const stripped = stripIgnoredCharacters(text);
      trusted.add(sha256(stripped));
      for (const hash of [sha256(text), sha256(text.trim()), sha256(stripped)]) texts.set(hash, text);
    }
  }
  return {
    mode,
    find: (hash) => texts.get(hash),
    has(text) {
      try {
        return trusted.has(sha256(stripIgnoredCharacters(text)));
      } catch {
        return false;
      }
    },
  };
}

/** The text as it is written, and as clients send it that keep what they were answered by type and id. */
function formsOf(text: string, file: string): string[] {
  try {
    return [text, textWithTypenames(parse(text))];
  } catch (cause) {
    throw new Error(`The trusted document ${file} is no GraphQL.`, { cause });
  }
}

/** Without the folder no document is trusted, which matters only when others are rejected. */
function listDocuments(folder: string, mode: TrustMode): string[] {
  try {
    return readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((file) => file.endsWith('.graphql'));
  } catch (cause) {
    if (mode === 'off') return [];
    throw new Error(`TRUSTED_DOCUMENTS is ${mode}, but the documents in ${folder} cannot be read.`, { cause });
  }
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
