import { spendPreKey } from '../delivery.ts';
import { keyPairFromSeed, sign } from '../key-pair.ts';
import type { Network } from '../network.ts';
import type { Phone } from '../phone.ts';
import { child, children, stanza } from '../stanza.ts';
import type { Stanza } from '../stanza.ts';
import { signedPreKeyStanza, uint } from './encryption.ts';
import type { Query } from './query.ts';

const keyType = 5;

type Bundle = {
  readonly registrationId: number;
  readonly identityKey: Buffer;
  readonly signedPreKey: Parameters<typeof signedPreKeyStanza>[0];
  readonly preKey: { readonly id: number; readonly publicKey: Buffer } | undefined;
};

const phoneBundle = (phone: Phone): Bundle => {
  const { publicKey } = keyPairFromSeed(phone.derive('signed pre-key'));
  const signature = sign(phone.identity, Buffer.concat([Buffer.of(keyType), publicKey]));
  return {
    registrationId: phone.registrationId,
    identityKey: phone.identity.publicKey,
    signedPreKey: { id: 1, publicKey, signature },
    preKey: { id: 1, publicKey: keyPairFromSeed(phone.derive('pre-key')).publicKey },
  };
};

const findBundle = (network: Network, jid: string): Bundle | undefined => {
  const phone = network.accountOf(jid);
  const deviceId = Number(jid.split('@')[0]?.split(':')[1] ?? 0);
  if (phone === undefined || deviceId === 0) return phone && phoneBundle(phone);
  const device = network.device(jid);
  return device && { ...device.keys, preKey: spendPreKey(device) };
};

const bundleElement = (network: Network, jid: string): Stanza => {
  const bundle = findBundle(network, jid);
  if (bundle === undefined)
    return stanza('user', { jid }, [stanza('error', { code: '404', text: 'item-not-found' })]);
  const { preKey } = bundle;
  const oneTime =
    preKey &&
    stanza('key', {}, [stanza('id', {}, uint(preKey.id, 3)), stanza('value', {}, preKey.publicKey)]);
  return stanza('user', { jid }, [
    stanza('registration', {}, uint(bundle.registrationId, 4)),
    stanza('type', {}, Buffer.of(keyType)),
    stanza('identity', {}, bundle.identityKey),
    ...(oneTime === undefined ? [] : [oneTime]),
    signedPreKeyStanza(bundle.signedPreKey),
  ]);
};

/** Returns the keys for a first message to a device; uses up one of its one-time pre-keys. */
const preKeys: Query = {
  name: 'pre_keys',
  xmlns: 'encrypt',
  type: 'get',
  child: 'key',
  answer: ({ network, iq }) => {
    const users = children(child(iq, 'key'), 'user');
    return [
      stanza(
        'list',
        {},
        users.map(({ attrs: { jid = '' } }) => bundleElement(network, jid)),
      ),
    ];
  },
};

/** The keys of others. */
export const preKeyQueries: readonly Query[] = [preKeys];
