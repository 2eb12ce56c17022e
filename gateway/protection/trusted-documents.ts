import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripIgnoredCharacters } from 'graphql';

export type TrustMode = 'off' | 'log' | 'only';

export type TrustedDocuments = {
  readonly mode: TrustMode;
  /** The text with this SHA-256 (hex, of the file's bytes or of the text without insignificant characters). */
  find(hash: string): string | undefined;
  /** Whether it is one of them; white space and comments make no difference. */
  has(text: string): boolean;
};

/** The documents that our own clients send: `folder` has a folder for each client, with one operation per `*.graphql` file. */
export function loadTrustedDocuments(folder: string, mode: TrustMode): TrustedDocuments {
  const texts = new Map<string, string>();
  const trusted = new Set<string>();
  for (const file of listDocuments(folder, mode)) {
    const text = readFileSync(join(folder, file), 'utf8');
    const stripped = stripIgnoredCharacters(text);
    trusted.add(sha256(stripped));
    for (const hash of [sha256(text), sha256(text.trim()), sha256(stripped)]) texts.set(hash, text);
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

/** Without the folder nothing is trusted, which matters to nobody unless only trusted documents are served. */
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
