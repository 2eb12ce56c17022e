/** The six reasons for which a request cannot be served. Documented in docs/protocol.md; no others reach a client but INTERNAL. */
export const errorCodes = ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT', 'UNAUTHENTICATED', 'FORBIDDEN', 'UNAVAILABLE'] as const;
export type ErrorCode = (typeof errorCodes)[number];

/**
 * The request cannot be served, and the caller may know why.
 * `message` is a sentence for the client, without ids or secrets; `details` go to the log only.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;
  /** After how long the same request may well succeed, where that is known; sent to the client. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { cause?: unknown; details?: Record<string, unknown>; retryAfterSeconds?: number } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** What a client reads of an AppError besides its message. */
export function extensionsOf({ code, retryAfterSeconds }: AppError): { code: ErrorCode; retryAfterSeconds?: number } {
  return { code, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
}
