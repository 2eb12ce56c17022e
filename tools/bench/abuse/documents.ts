/** Texts that ask for much with few bytes; each call makes another text, so that no cache knows it. */
let made = 0;
const unique = (): string => `n${Date.now().toString(36)}${(made++).toString(36)}`;

/** About 23 KB: so many operations, of which one is asked for. */
export function manyOperations(count: number): { query: string; operationName: string } {
  const name = unique();
  const query = Array.from({ length: count }, (_, index) => `query ${name}${index}{__typename}`).join('\n');
  return { query, operationName: `${name}0` };
}

/** A short operation between so many blanks. */
export const blanks = (length: number): string => `query ${unique()} {__typename}${' '.repeat(length)}`;

/** All types with their fields, repeated under many aliases. */
export function introspection(aliases: number): string {
  const types = Array.from({ length: aliases }, (_, index) => `t${index}: types { name fields { name description type { name } } }`);
  return `query ${unique()} { __schema { ${types.join(' ')} } }`;
}

/** Orders over one fragment that needs every subgraph: much to plan, and little to execute. */
export function widePlan(orders: number): string {
  const name = unique();
  const fields = Array.from(
    { length: orders },
    (_, index) => `o${index}: order(id: "00000000-0000-7000-8000-${String(index).padStart(12, '0')}") { ...All }`,
  );
  return `query ${name} { ${fields.join(' ')} }
fragment All on Order { ${name}: number status customer { username } payment { status } lines { quantity product { name availability } } mails { subject } }`;
}

/** Inline fragments in each other. */
export const nestedFragments = (depth: number): string => `query ${unique()} { ${'... { '.repeat(depth)}__typename${' }'.repeat(depth)} }`;

/** The longest answer that a guest gets: everything about fifty products, under so many names. */
export function longAnswer(aliases: number): string {
  const lists = Array.from(
    { length: aliases },
    (_, index) =>
      `l${index}: products(first: 50) { edges { node { id sku slug name description images { url alt } price { amount currency } } } }`,
  );
  return `query ${unique()} { ${lists.join(' ')} }`;
}

/** A log-in of an unknown account. */
/** An input with so many fields that it does not have, each nearly one that it has. */
export function wrongVariables(fields: number): object {
  const query = 'mutation($input: LogInInput!) { logIn(input: $input) { __typename } }';
  return { query, variables: { input: Object.fromEntries(Array.from({ length: fields }, (_, index) => [`logi${index}`, index])) } };
}

export function unknownLogIn(): { query: string; variables: object } {
  const query = 'mutation LogIn($input: LogInInput!) { logIn(input: $input) { __typename } }';
  return { query, variables: { input: { login: unique(), password: `${unique()} is no password of anybody` } } };
}
