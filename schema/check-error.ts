/** Where something stands: a path of the checkout, and a line when one is known. */
export type Place = { readonly file: string; readonly line?: number | undefined };

/** Keeps the check from judging at all, which is not the same as a rejection. The message is one sentence. */
export class CheckError extends Error {
  override readonly name = 'CheckError';
  readonly place: Place | null;

  constructor(message: string, place: Place | null = null) {
    super(message);
    this.place = place;
  }
}

/** `file:line`, as editors open it. */
export function printPlace({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
