import { databaseOf } from '#tools/dev/services.ts';

/** One name as each place spells it: gift-card, giftCard, GiftCard, giftCards, gift_card, gift_cards. */
export type Names = {
  readonly kebab: string;
  readonly camel: string;
  readonly pascal: string;
  readonly camelPlural: string;
  /** Of the database. */
  readonly snake: string;
  /** Of the table. */
  readonly snakePlural: string;
  /** As people say it: gift card, gift cards. */
  readonly words: string;
  readonly wordsPlural: string;
};

export function namesOf(kebab: string): Names {
  const camel = kebab.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  const plural = pluralOf(kebab);
  return {
    kebab,
    camel,
    pascal: `${camel.charAt(0).toUpperCase()}${camel.slice(1)}`,
    camelPlural: pluralOf(camel),
    snake: databaseOf(kebab),
    snakePlural: databaseOf(plural),
    words: kebab.replaceAll('-', ' '),
    wordsPlural: plural.replaceAll('-', ' '),
  };
}

function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

/** What is there already, by the place where it would be in the way. */
export type Taken = {
  readonly services: readonly string[];
  readonly databases: readonly string[];
  /** Types and root fields of the supergraph. */
  readonly types: readonly string[];
  readonly rootFields: readonly string[];
};

const reserved = new Set([
  'class',
  'default',
  'delete',
  'enum',
  'export',
  'function',
  'import',
  'new',
  'package',
  'return',
  'switch',
  'this',
  'void',
]);

/** Why a subgraph cannot have this name, in a sentence; null when it can. */
export function problemOfName(name: string, taken: Taken): string | null {
  if (name === '') return 'Give the new subgraph a name: npm run new-subgraph review';
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
    return `"${name}" cannot be the name of a subgraph: use small letters and digits, words joined by "-", as in gift-card.`;
  if (name.length > 30) return `"${name}" is too long for the name of a subgraph: 30 characters at most.`;
  if (reserved.has(name)) return `"${name}" cannot be the name of a subgraph: it is a word of the language.`;
  const names = namesOf(name);
  if (taken.services.includes(name)) return `There is a service "${name}" already: a subgraph needs a name of its own.`;
  if (taken.databases.includes(names.snake)) return `There is a database "${names.snake}" already: a subgraph needs one of its own.`;
  const type = [names.pascal, `Add${names.pascal}Input`].find((candidate) => taken.types.includes(candidate));
  if (type !== undefined) return `The graph has a type ${type} already: choose another name than "${name}".`;
  const field = [names.camel, `add${names.pascal}`].find((candidate) => taken.rootFields.includes(candidate));
  return field === undefined ? null : `The graph has a field ${field} already: choose another name than "${name}".`;
}
