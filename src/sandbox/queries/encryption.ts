import { createHash } from 'node:crypto';
import { bytesOf, child, children, stanza } from '../stanza.ts';
import type { Stanza } from '../stanza.ts';
import { isSignatureTrue } from '../../xeddsa.ts';
import { QueryError } from './query.ts';
import type { Query } from './query.ts';
import type { SignedPreKey } from '../companion.ts';
import type { Device } from '../device.ts';

/** A number in this many bytes, big-endian. */
export const uint = (value: number, length: number): Buffer => {
  const bytes = Buffer.alloc(length);
  bytes.writeUIntBE(value, 0, length);
  return bytes;
};

const readUint = (element: Stanza | undefined): number => {
  const bytes = bytesOf(element);
  return bytes.length === 0 || bytes.length > 6 ? -1 : bytes.readUIntBE(0, bytes.length);
};

const readSignedPreKey = (skey: Stanza | undefined, identityKey: Buffer): SignedPreKey => {
  const publicKey = bytesOf(child(skey, 'value'));
  const signature = bytesOf(child(skey, 'signature'));
  const id = readUint(child(skey, 'id'));
  const isSigned = isSignatureTrue(identityKey, Buffer.concat([Buffer.of(5), publicKey]), signature);
  if (id < 0 || publicKey.length !== 32 || !isSigned) throw new QueryError(400, 'bad-request');
  return { id, publicKey, signature };
};

/** A signed pre-key as it is sent. */
export const signedPreKeyStanza = ({ id, publicKey, signature }: SignedPreKey): Stanza =>
  stanza('skey', {}, [
    stanza('id', {}, uint(id, 3)),
    stanza('value', {}, publicKey),
    stanza('signature', {}, signature),
  ]);

const count: Query = {
  name: 'count',
  xmlns: 'encrypt',
  type: 'get',
  child: 'count',
  answer: ({ session }) => [stanza('count', { value: String(session.device.preKeyCount) })],
};

const upload: Query = {
  name: 'upload',
  xmlns: 'encrypt',
  type: 'set',
  child: 'registration',
  answer: ({ session, iq }) => {
    const { device } = session;
    const { identityKey, registrationId } = device.keys;
    const type = bytesOf(child(iq, 'type'));
    if (!bytesOf(child(iq, 'identity')).equals(identityKey) || type.length !== 1 || type[0] !== 5)
      throw new QueryError(400, 'bad-request');
    if (readUint(child(iq, 'registration')) !== registrationId) throw new QueryError(400, 'bad-request');
    const keys = children(child(iq, 'list'), 'key').map((key) => ({
      id: readUint(child(key, 'id')),
      value: bytesOf(child(key, 'value')),
    }));
    if (keys.length === 0 || keys.some(({ id, value }) => id < 0 || value.length !== 32))
      throw new QueryError(400, 'bad-request');
    device.keys = { ...device.keys, signedPreKey: readSignedPreKey(child(iq, 'skey'), identityKey) };
    for (const { id, value } of keys) device.preKeys.set(id, value);
    device.preKeyUploads++;
    device.uploadedPreKeys += keys.length;
    return [];
  },
  after: ({ network, session, iq }) => {
    const uploaded = children(child(iq, 'list'), 'key').length;
    network.events.emit({ kind: 'pre_keys_uploaded', jid: session.device.jid, count: uploaded });
    session.syncFirst();
  },
};

const rotate: Query = {
  name: 'rotate',
  xmlns: 'encrypt',
  type: 'set',
  child: 'rotate',
  answer: ({ network, session, iq }) => {
    const { device } = session;
    const skey = child(child(iq, 'rotate'), 'skey');
    const signedPreKey = readSignedPreKey(skey, device.keys.identityKey);
    device.keys = { ...device.keys, signedPreKey };
    network.events.emit({ kind: 'signed_pre_key_rotated', jid: device.jid, keyId: signedPreKey.id });
    return [];
  },
};

const digestOf = (device: Device): Buffer => {
  const { identityKey, signedPreKey } = device.keys;
  const hash = createHash('sha1').update(identityKey).update(signedPreKey.publicKey);
  hash.update(signedPreKey.signature);
  for (const key of device.preKeys.values()) hash.update(key);
  return hash.digest();
};

const digest: Query = {
  name: 'digest',
  xmlns: 'encrypt',
  type: 'get',
  child: 'digest',
  answer: ({ session }) => {
    const { device } = session;
    if (device.uploadedPreKeys === 0) throw new QueryError(404, 'item-not-found');
    const { registrationId, identityKey, signedPreKey } = device.keys;
    return [
      stanza('digest', {}, [
        stanza('registration', {}, uint(registrationId, 4)),
        stanza('type', {}, Buffer.of(5)),
        stanza('identity', {}, identityKey),
        signedPreKeyStanza(signedPreKey),
        stanza(
          'list',
          {},
          [...device.preKeys.keys()].map((id) => stanza('id', {}, uint(id, 3))),
        ),
        stanza('hash', {}, digestOf(device)),
      ]),
    ];
  },
};

/** A device's own keys on the server. */
export const encryptionQueries: readonly Query[] = [count, upload, rotate, digest];
