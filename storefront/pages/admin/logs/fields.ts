export type Field = { readonly name: string; readonly value: string };

/** The fields of a log record that are not shown elsewhere, from its JSON text, as people read them; texts as they are, all else as JSON. */
export function fieldsOf(json: string): readonly Field[] {
  return Object.entries(parse(json)).map(([name, value]) => ({ name, value: typeof value === 'string' ? value : jsonOf(value) }));
}

/** The short ones in one line, for a look without opening the record: an error by its message. */
export function previewOf(json: string): string {
  return Object.entries(parse(json))
    .flatMap(([name, value]) => {
      const short = shortOf(value);
      return short === null ? [] : [`${name}: ${short}`];
    })
    .join(' · ');
}

const longest = 120;

function shortOf(value: unknown): string | null {
  if (typeof value === 'string') return value.length > longest ? `${value.slice(0, longest)}…` : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string') return shortOf(value.message);
  return null;
}

const jsonOf = (value: unknown): string => (hasText(value, 'stack') ? value.stack : JSON.stringify(value, null, 2));

function hasText<Name extends string>(value: unknown, name: Name): value is Record<Name, string> {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === 'string';
}

function parse(json: string): Readonly<Record<string, unknown>> {
  try {
    const fields: unknown = JSON.parse(json);
    return typeof fields === 'object' && fields !== null ? (fields as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
