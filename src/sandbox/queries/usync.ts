import { createHash } from 'node:crypto';
import { message } from '../protobuf.ts';
import { sign } from '../key-pair.ts';
import type { Network } from '../network.ts';
import type { Phone } from '../phone.ts';
import { child, children, stanza, textOf } from '../stanza.ts';
import type { Stanza } from '../stanza.ts';
import type { Query, QueryContext } from './query.ts';

const VerifiedName = message({ details: [1, 'bytes'], signature: [2, 'bytes'] });
const VerifiedNameDetails = message({
  serial: [1, 'uint'],
  issuer: [2, 'string'],
  verifiedName: [4, 'string'],
  issueTime: [10, 'uint'],
});

const KeyIndexList = message({
  rawId: [1, 'uint'],
  timestamp: [2, 'uint'],
  currentIndex: [3, 'uint'],
  /** Packed; the sandbox keeps its numbers below 128, one byte each. */
  validIndexes: [4, 'bytes'],
});

const SignedKeyIndexList = message({ details: [1, 'bytes'], accountSignature: [2, 'bytes'] });

const listed = 1_700_000_000;

const verifiedName = (phone: Phone, name: string): Stanza => {
  const details = VerifiedNameDetails.encode({
    serial: phone.rawId,
    issuer: 'smb:wa',
    verifiedName: name,
    issueTime: listed,
  });
  const certificate = VerifiedName.encode({ details, signature: sign(phone.identity, details) });
  return stanza('verified_name', { v: '1', verified_level: 'unknown' }, certificate);
};

const devices = (phone: Phone, network: Network): Stanza => {
  const ids = network.devicesOf(phone).filter(({ keyIndex }) => keyIndex < 128);
  const details = KeyIndexList.encode({
    rawId: phone.rawId,
    timestamp: listed,
    currentIndex: Math.max(0, ...ids.map(({ keyIndex }) => keyIndex)),
    validIndexes: Buffer.from([0, ...ids.map(({ keyIndex }) => keyIndex)]),
  });
  const accountSignature = sign(phone.identity, Buffer.concat([Buffer.of(6, 2), details]));
  const list = [
    stanza('device', { id: '0' }),
    ...ids.map(({ id, keyIndex }) => stanza('device', { id: String(id), 'key-index': String(keyIndex) })),
  ];
  const hash = `2:${createHash('sha256').update(details).digest('base64').slice(0, 8)}`;
  return stanza('devices', {}, [
    stanza('device-list', { hash }, list),
    stanza(
      'key-index-list',
      { ts: String(listed) },
      SignedKeyIndexList.encode({ details, accountSignature }),
    ),
  ]);
};

const status = ({ account: { about } }: Phone): Stanza =>
  about === null
    ? stanza('status', { code: '401', type: 'fail' })
    : stanza('status', { t: String(listed) }, about);

/** The answer of each protocol of a usync query about an account; undefined where there is none. */
const protocols: Readonly<
  Record<string, (phone: Phone, user: Stanza, network: Network) => Stanza | undefined>
> = {
  contact: (phone, user) =>
    stanza('contact', { type: 'in' }, textOf(child(user, 'contact')) || `+${phone.number}`),
  lid: (phone) => stanza('lid', { val: phone.lid }),
  status,
  picture: ({ account }) =>
    account.picture === null ? undefined : stanza('picture', { id: account.picture.id }),
  disappearing_mode: () => stanza('disappearing_mode', { duration: '0', t: '0' }),
  business: (phone) => {
    const { verifiedName: name } = phone.account;
    return name === null ? undefined : stanza('business', {}, [verifiedName(phone, name)]);
  },
  devices: (phone, _user, network) => devices(phone, network),
};

const unknownUser = (user: Stanza, wanted: readonly string[]): Stanza => {
  const contact = textOf(child(user, 'contact'));
  const jid = user.attrs['jid'] ?? `${contact.replace(/\D/gu, '')}@s.whatsapp.net`;
  return stanza(
    'user',
    { jid },
    wanted.includes('contact') ? [stanza('contact', { type: 'out' }, contact)] : [],
  );
};

const answerUser = ({ network }: QueryContext, user: Stanza, wanted: readonly string[]): Stanza => {
  const phone = network.accountOf(user.attrs['jid'] ?? textOf(child(user, 'contact')));
  if (phone === undefined) return unknownUser(user, wanted);
  const told = wanted.flatMap((name) => protocols[name]?.(phone, user, network) ?? []);
  return stanza('user', { jid: user.attrs['jid'] ?? phone.jid }, told);
};

const usync: Query = {
  name: 'usync',
  xmlns: 'usync',
  answer: (context) => {
    const request = child(context.iq, 'usync');
    const wanted = children(child(request, 'query')).map(({ tag }) => tag);
    const users = children(child(request, 'list'), 'user');
    const { sid, mode, context: why } = request?.attrs ?? {};
    return [
      stanza('usync', { sid, mode, context: why, last: 'true', index: '0' }, [
        stanza(
          'result',
          {},
          wanted.map((name) => stanza(name, { refresh: '86400' })),
        ),
        stanza(
          'list',
          {},
          users.map((user) => answerUser(context, user, wanted)),
        ),
        stanza('side_list', {}, []),
      ]),
    ];
  },
};

/** Queries about other accounts. */
export const usyncQueries: readonly Query[] = [usync];
