import { shorten } from './shorten.ts';

/** graphql-js messages about invalid values, and their replacements without the value. */
const reasons: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^(Field "\w+" of required type "[^"]+" was not provided\.).*/s, '$1'],
  [/^(Field "\w+" is not defined by type "\w+"\.(?: Did you mean [\w", ]+\?)?).*/s, '$1'],
  [/^(Field "\w+" must be non-null\.).*/s, '$1'],
  [/^(Exactly one key must be specified for OneOf type "\w+"\.).*/s, '$1'],
  [/^(Expected type "\w+" to be an object\.).*/s, '$1'],
  [/^(Expected non-nullable type "[^"]+" not to be null\.).*/s, '$1'],
  [/^(Expected type "\w+"\.).*/s, '$1'],
  [/^Value .* does not exist in "(\w+)" enum.*/s, 'It does not exist in "$1" enum.'],
  [/^Enum "(\w+)" cannot represent .*/s, 'It does not exist in "$1" enum.'],
  [/^(Int|Float|String|Boolean|ID) cannot represent .*/s, '$1 cannot represent it.'],
];

/**
 * The same message without the values that a caller sent: those may be passwords or tokens, and errors end up in logs, on screens and in
 * reports. For graphql-js messages about variables and values in a document; every other message stays as it is, but for its length.
 */
export function withoutValues(message: string): string {
  return shorten(stripped(message));
}

function stripped(message: string): string {
  const variable = /^Variable "\$\w+" got invalid value/.exec(message)?.[0];
  if (variable !== undefined) {
    const { value, place, reason } = partsOf(message.slice(variable.length + 1));
    return [variable + place, reasonOf(reason, value)].filter(Boolean).join('; ');
  }
  const expected = /^(Expected value of type "[^"]+"), found /.exec(message);
  if (expected) {
    const { value, reason } = partsOf(message.slice(expected[0].length));
    return [expected[1], ownReasonOf(reason, value)].filter(Boolean).join('; ').replace(/\.?$/, '.');
  }
  if (message.startsWith('Syntax Error: ')) return message.replace(/\b(String|BlockString|Int|Float) ".*"\.$/s, '$1.');
  return reasonOf(message, '') ?? message;
}

/** `value at "place"; reason`. Within a value quotes are escaped, so that only the place in a variable is written like this. */
function partsOf(text: string): { value: string; place: string; reason: string } {
  const string = /^"(?:[^"\\]|\\.)*"/s.exec(text)?.[0];
  const found = / at "[\w.[\]]+"(?=; )/.exec(text);
  const end = string?.length ?? found?.index ?? Math.max(text.lastIndexOf('; '), 0);
  const place = found?.index === end ? found[0] : '';
  return { value: text.slice(0, end), place, reason: text.slice(end + place.length).replace(/^; /, '') };
}

function reasonOf(reason: string, value: string): string | undefined {
  const [, expected, own = ''] = /^(Expected type "\w+"\.) (.+)$/s.exec(reason) ?? [];
  if (expected !== undefined && ownReasonOf(own, value) !== undefined) return reason;
  const known = reasons.find(([pattern]) => pattern.test(reason));
  return known && reason.replace(...known);
}

/** The message of a custom scalar about its values, unless it repeats one. */
function ownReasonOf(reason: string, value: string): string | undefined {
  const pieces = value.match(/[^\s"'{}[\]:,;.\\]{2,}/g) ?? [value];
  return reason === '' || reason === '.' || value === '' || pieces.some((piece) => reason.includes(piece)) ? undefined : reason;
}
