import {
  aesDecryptCTR,
  aesEncryptGCM,
  Curve,
  derivePairingCodeKey,
  getBinaryNodeChildBuffer,
  hkdf,
  S_WHATSAPP_NET,
} from '@whiskeysockets/baileys';
import type { BinaryNode, KeyPair } from '@whiskeysockets/baileys';
import { randomBytes } from 'node:crypto';
import { part } from './companion-hello.ts';

/** The phone's message after a code was typed. */
export type PrimaryHello = {
  readonly wrappedEphemeral: Buffer;
  readonly identity: Buffer;
  readonly ref: Buffer;
};

/** Reads primary_hello; undefined when a part is missing or has the wrong length. */
export function readPrimaryHello(reg: BinaryNode | undefined): PrimaryHello | undefined {
  const bytes = (tag: string) => Buffer.from(getBinaryNodeChildBuffer(reg, tag) ?? []);
  const wrappedEphemeral = bytes('link_code_pairing_wrapped_primary_ephemeral_pub');
  const identity = bytes('primary_identity_pub');
  if (wrappedEphemeral.length !== 80 || identity.length !== 32) return undefined;
  return { wrappedEphemeral, identity, ref: bytes('link_code_pairing_ref') };
}

type CompanionKeys = { readonly code: string; readonly ephemeral: KeyPair; readonly identity: KeyPair };

/**
 * companion_finish, the answer to primary_hello, and the ADV secret that the phone now shares. A wrong code gives
 * another secret and no error: only the phone notices. As in Baileys rc14 (Socket/messages-recv.js) and whatsmeow
 * (pair-code.go).
 */
export async function companionFinish(
  jid: string,
  { code, ephemeral, identity }: CompanionKeys,
  hello: PrimaryHello,
): Promise<{ readonly iq: BinaryNode; readonly advSecretKey: string }> {
  const wrapped = hello.wrappedEphemeral;
  const codeKey = await derivePairingCodeKey(code, wrapped.subarray(0, 32));
  const phoneEphemeral = aesDecryptCTR(wrapped.subarray(48), codeKey, wrapped.subarray(32, 48));
  const shared = Curve.sharedKey(ephemeral.private, phoneEphemeral);
  const random = randomBytes(32);
  const salt = randomBytes(32);
  const iv = randomBytes(12);
  const key = hkdf(shared, 32, { salt, info: 'link_code_pairing_key_bundle_encryption_key' });
  const content = Buffer.concat([identity.public, hello.identity, random]);
  const bundle = Buffer.concat([salt, iv, aesEncryptGCM(content, key, iv, Buffer.alloc(0))]);
  const material = Buffer.concat([shared, Curve.sharedKey(identity.private, hello.identity), random]);
  const reg: BinaryNode = {
    tag: 'link_code_companion_reg',
    attrs: { jid, stage: 'companion_finish' },
    content: [
      part('link_code_pairing_wrapped_key_bundle', bundle),
      part('companion_identity_public', identity.public),
      part('link_code_pairing_ref', hello.ref),
    ],
  };
  return {
    iq: { tag: 'iq', attrs: { to: S_WHATSAPP_NET, type: 'set', xmlns: 'md' }, content: [reg] },
    advSecretKey: Buffer.from(hkdf(material, 32, { info: 'adv_secret' })).toString('base64'),
  };
}
