import { Curve, initAuthCreds } from '@whiskeysockets/baileys';
import type { StoredKey } from '../../src/domain/whole-session.ts';
import { preKeyToBytes, toBytes } from '../../src/credentials/credential-bytes.ts';
import { somebody } from './fake-whatsapp.ts';

/** Credentials as they are after a pairing: real keys, and an account that no phone has signed. */
export function linkedCreds(jid = somebody.whatsappJid, name: string | null = somebody.pushName) {
  const creds = {
    ...initAuthCreds(),
    me: { id: jid, lid: somebody.lid, ...(name === null ? {} : { name }) },
    account: {
      details: 'AA==',
      accountSignatureKey: 'AA==',
      accountSignature: 'AA==',
      deviceSignature: 'AA==',
    },
    platform: somebody.platform,
    registered: true,
  };
  const json = (value: unknown) => toBytes(value);
  const keys: readonly StoredKey[] = [
    ...[1, 2, 3].map((id) => ({
      type: 'pre-key',
      id: String(id),
      value: preKeyToBytes(Curve.generateKeyPair()),
    })),
    { type: 'session', id: '15550000001.0', value: json({ _sessions: {}, version: 'v1' }) },
    { type: 'sender-key', id: '4915-16@g.us::987_1::3', value: json(Buffer.from('[]')) },
    { type: 'app-state-sync-key', id: 'AAAA/w+/', value: json({ keyData: 'AA==' }) },
    { type: 'device-list', id: '15551234567', value: json(['0', '12']) },
    { type: 'lid-mapping', id: '987654321_reverse', value: json('15551234567') },
  ];
  return { creds: json(creds), keys };
}
