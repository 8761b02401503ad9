import { buildPairingQRData, getBinaryNodeChild, getBinaryNodeChildren } from '@whiskeysockets/baileys';
import type { AuthenticationCreds, BinaryNode } from '@whiskeysockets/baileys';
import type { Deadlines } from './deadlines.ts';
import { browserOf } from './device-name.ts';
import { Ending } from './ending.ts';

/** The refs of a pair-device stanza: each is good for one QR code. */
export const refsOf = (pairDevice: BinaryNode): string[] =>
  getBinaryNodeChildren(getBinaryNodeChild(pairDevice, 'pair-device'), 'ref').map((ref) =>
    Buffer.from(ref.content as Uint8Array | string).toString(),
  );

/** How long pairing stays possible: the refs live one after the other. */
export const lifetimeMs = (refs: readonly string[], { firstRefMs, laterRefMs }: Deadlines): number =>
  firstRefMs + Math.max(0, refs.length - 1) * laterRefMs;

/** The text of the QR code for a ref. A secret: it lets a phone link this device. */
export const qrPayload = (ref: string, creds: AuthenticationCreds): string =>
  buildPairingQRData(
    ref,
    Buffer.from(creds.noiseKey.public).toString('base64'),
    Buffer.from(creds.signedIdentityKey.public).toString('base64'),
    creds.advSecretKey,
    browserOf(undefined),
  );

export type RefShow = { readonly over: Promise<never>; readonly stop: () => void };

/** Shows one ref after the other, each for its time; `over` rejects with `pairing_expired` after the last. */
export function showRefs(
  refs: readonly string[],
  { firstRefMs, laterRefMs }: Deadlines,
  show: (ref: string, seq: number, lifeMs: number) => void,
): RefShow {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    const showNext = (at: number) => {
      const ref = refs[at];
      if (ref === undefined) return reject(new Ending('pairing_expired'));
      const lifeMs = at === 0 ? firstRefMs : laterRefMs;
      timer = setTimeout(() => showNext(at + 1), lifeMs);
      show(ref, at + 1, lifeMs);
    };
    showNext(0);
  });
  over.catch(() => undefined);
  return { over, stop: () => clearTimeout(timer) };
}
