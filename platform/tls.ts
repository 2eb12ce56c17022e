/** OpenSSL's names for what is wrong with a certificate, as Node passes them on, and Node's own for a foreign host name. */
const certificateCodes =
  /^(CERT_|CRL_|UNABLE_TO_|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|ERR_TLS_CERT_ALTNAME_INVALID$)/;

/** Whether a connection was not made because of the server's certificate. */
export const isCertificateError = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && certificateCodes.test(error.code);

/** Why a server cannot be reached, in words that say what to look at when it is its certificate. */
export function connectionReasonOf(error: unknown): string {
  // not instanceof: errors of Node's own modules are of another realm inside of Jest
  const message = typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  return isCertificateError(error) ? `the certificate of the server is not trusted: ${message}` : message;
}
