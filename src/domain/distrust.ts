/** What to do about a certificate that is not trusted, by the code of OpenSSL or Node; undefined for another failure. */
export function distrustOf(code: string): string | undefined {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'use a name that the certificate is for';
  if (code === 'CERT_HAS_EXPIRED') return 'renew it where the server runs';
  return /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET_ISSUER)|CERT_/.test(code)
    ? 'if it is your own, name its authority before you start wactl: export NODE_EXTRA_CA_CERTS=/path/to/ca.pem'
    : undefined;
}
