/**
 * Something about this machine that the person at the keyboard can put right: its message is one sentence (or two), shown
 * without a stack. Everything else that is thrown in local/ is a bug.
 */
export class Problem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Problem';
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read or write there',
  EPERM: 'this user may not read or write there',
  ENOSPC: 'the disk is full',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a component of the path is a file, not a folder',
  EISDIR: 'it is a folder, not a file',
  EMFILE: 'too many files are open',
};

/** The system's code of an error, as in ENOENT; '' when it has none. By its shape, since a test's errors come from another realm. */
export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The reason of a failed file operation in words, or its message when the code is not a known one. */
export function reasonOf(error: unknown): string {
  const known = reasons[codeOf(error)];
  if (known !== undefined) return known;
  return error instanceof Error ? error.message : String(error);
}
