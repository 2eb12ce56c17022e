import { isCertificateError } from '../tls.ts';

const transientCodes = new Set(['40001', '40P01', '55P03', '57014', '57P01', '57P02', '57P03', '25P03', '25006']);
/** The connection, credentials (which are being changed), the server's resources (a full disk, too many connections), and the system below it. */
const transientClasses = ['08', '28', '53', '58'];
const networkCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH']);

/** True when the same statement may succeed later: the server is unavailable, restarting, full, or the transaction lost a race. */
export function isTransientDatabaseError(error: unknown): boolean {
  return causesOf(error).some(
    (cause) =>
      (cause.code !== undefined && isTransientCode(cause.code)) || isCertificateError(cause) || connectionLost.test(cause.message ?? ''),
  );
}

/** True when the same statement with the same values will never succeed: a value that the server cannot keep (class 22), as a number too large. */
export function isPermanentDatabaseError(error: unknown): boolean {
  return causesOf(error).some(({ code }) => code?.length === 5 && code.startsWith('22'));
}

/** The name of the constraint that a statement broke, or null. */
export function brokenConstraint(error: unknown): string | null {
  return causesOf(error).find(({ constraint }) => constraint !== undefined)?.constraint ?? null;
}

const connectionLost =
  /Connection terminated|server does not support SSL|timeout exceeded when trying to connect|connection timeout|Client has encountered a connection error/i;

function isTransientCode(code: string): boolean {
  return transientCodes.has(code) || networkCodes.has(code) || (code.length === 5 && transientClasses.includes(code.slice(0, 2)));
}

type ErrorLike = { readonly code?: string; readonly message?: string; readonly constraint?: string; readonly cause?: unknown };

/** The error and what caused it, at most ten of them. */
export function causesOf(error: unknown): ErrorLike[] {
  const causes: ErrorLike[] = [];
  for (let cause = error; typeof cause === 'object' && cause !== null && causes.length < 10; cause = (cause as ErrorLike).cause)
    causes.push(cause);
  return causes;
}
