import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { WactlError } from '../errors.ts';

/** Paths of PEM files. */
export type TlsFiles = { readonly cert: string; readonly key: string };

/** What a server shows its clients; `expiresAt` is when they no longer take it. */
export type TlsPair = { readonly cert: Buffer; readonly key: Buffer; readonly expiresAt: Date };

/**
 * Reads a certificate (with those between it and the root) and its key. Throws `usage` when they are missing, are no
 * PEM, or do not belong together. `warn`: takes a sentence about what still works.
 */
export async function readTls({ cert, key }: TlsFiles, warn: (sentence: string) => void): Promise<TlsPair> {
  const pair = { cert: await read(cert), key: await read(key) };
  try {
    createSecureContext(pair);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^error:[0-9A-F]*:/i, '') : String(cause);
    throw new WactlError(
      'usage',
      `the certificate ${cert} and the key ${key} cannot be used: ${why}`,
      'give both in PEM, the key without a passphrase',
      { cause },
    );
  }
  const expiresAt = new Date(new X509Certificate(pair.cert).validTo);
  // Windows keeps rights elsewhere.
  const { mode } = await stat(key);
  if ((mode & 0o077) !== 0 && mode !== 0o100666) {
    warn(`other users of this machine can read the key ${key}; make it private: chmod 600 ${key}`);
  }
  return { ...pair, expiresAt };
}

async function read(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new WactlError('usage', `cannot read ${path} (${why})`, 'check --tls-cert and --tls-key', {
      cause,
    });
  }
}
