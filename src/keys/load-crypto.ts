import type * as crypto from 'node:crypto';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

export type Crypto = typeof crypto;

/** Loaded when the first secret is opened, not with the store: it takes a tenth of a bare start of Node. */
export const loadCrypto = (): Crypto => createRequire(resolve('/'))('node:crypto') as Crypto;
