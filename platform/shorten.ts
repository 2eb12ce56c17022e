/** Names that people choose are shorter, and so are addresses and ids. */
const mostOfWord = 200;
const mostOfMessage = 2000;

/** A message that may repeat what a caller wrote: each word cut after 200 characters, and the whole after 2000. */
export function shorten(message: string): string {
  if (message.length <= mostOfWord) return message;
  // the time it takes is bounded, too
  const words = message.slice(0, 10 * mostOfMessage).replaceAll(/\S+/g, (word) => cut(word, mostOfWord));
  return cut(words, mostOfMessage);
}

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)}…` : text);
