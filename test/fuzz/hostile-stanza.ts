import { proto } from '@whiskeysockets/baileys';
import { deflateSync } from 'node:zlib';
import { encodeStanza, server, stanza } from '../../src/sandbox/stanza.ts';
import type { Stanza } from '../../src/sandbox/stanza.ts';
import type { Choices } from './hostile-values.ts';
import { hostileTexts } from './hostile-values.ts';

const megabyte = 1024 * 1024;
const bomb = deflateSync(Buffer.alloc(64 * megabyte), { level: 1 });

const own = '15550100001@s.whatsapp.net';
const contact = '15550109999@s.whatsapp.net';
const envelope = { from: contact, id: 'F1', t: '1767225600', type: 'text', notify: 'Eve' };
const { Type } = proto.Message.ProtocolMessage;
const { HistorySyncType } = proto.Message;

const protocolMessage = (message: proto.Message.IProtocolMessage): Buffer =>
  Buffer.from(proto.Message.encode({ protocolMessage: message }).finish());

/** Messages in the clear, which Baileys takes from a server. */
const plaintexts: readonly Buffer[] = [
  Buffer.from(proto.Message.encode({ conversation: 'hello' }).finish()),
  Buffer.from(proto.Message.encode({ extendedTextMessage: { text: 'EVIL\x1b[8m' } }).finish()),
  protocolMessage({ type: Type.REVOKE, key: { id: 'F1', remoteJid: contact } }),
  protocolMessage({ type: Type.APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys: [{}] } }),
  protocolMessage({ type: Type.APP_STATE_SYNC_KEY_REQUEST, appStateSyncKeyRequest: {} }),
  protocolMessage({ type: Type.LID_MIGRATION_MAPPING_SYNC, lidMigrationMappingSyncMessage: {} }),
  protocolMessage({
    type: Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: {
      syncType: HistorySyncType.INITIAL_BOOTSTRAP,
      initialHistBootstrapInlinePayload: bomb,
    },
  }),
  protocolMessage({
    type: Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: {
      syncType: HistorySyncType.INITIAL_BOOTSTRAP,
      initialHistBootstrapInlinePayload: deflateSync(Buffer.from('not a history')),
    },
  }),
];

const notification = (type: string, children: readonly Stanza[], from: string = server): Stanza =>
  stanza('notification', { from, type, id: 'F2', t: '1767225600' }, children);

const linkCode = stanza('link_code_companion_reg', { stage: 'primary_hello' }, [
  stanza('link_code_pairing_wrapped_primary_ephemeral_pub', {}, Buffer.alloc(80, 1)),
  stanza('primary_identity_pub', {}, Buffer.alloc(32, 2)),
  stanza('link_code_pairing_ref', {}, 'ref'),
]);

/** One stanza of each kind that servers send. */
const templates: readonly Stanza[] = [
  ...plaintexts.map((bytes) => stanza('message', envelope, [stanza('plaintext', {}, bytes)])),
  ...plaintexts.map((bytes) =>
    stanza('message', { ...envelope, from: own, category: 'peer' }, [stanza('plaintext', {}, bytes)]),
  ),
  ...['pkmsg', 'msg', 'skmsg', 'msmsg'].map((type) =>
    stanza('message', { ...envelope, participant: contact }, [
      stanza('enc', { v: '2', type }, Buffer.alloc(90, 7)),
    ]),
  ),
  stanza('receipt', { from: contact, id: 'F3', type: 'retry', t: '1767225600' }, [
    stanza('retry', { count: '1', id: 'F3', t: '1767225600', v: '1' }),
    stanza('registration', {}, Buffer.alloc(4, 1)),
  ]),
  stanza('receipt', { from: contact, id: 'F3', t: '1767225600' }, [
    stanza('list', {}, [stanza('item', { id: 'F1' })]),
  ]),
  stanza('call', { from: contact, id: 'F4', t: '1767225600' }, [
    stanza('offer', { 'call-id': 'C1', 'call-creator': contact }, [stanza('audio', { rate: '8000' })]),
  ]),
  stanza('ack', { class: 'message', from: contact, id: 'F5', error: '479' }),
  stanza('chatstate', { from: contact }, [stanza('composing')]),
  stanza('presence', { from: contact, type: 'unavailable', last: 'deny' }),
  notification('encrypt', [stanza('count', { value: '3' })]),
  notification('encrypt', [stanza('identity')], contact),
  notification('devices', [stanza('update', { hash: 'x' })], own),
  notification('devices', [stanza('remove', {}, [stanza('device', { jid: own })])], own),
  notification('account_sync', [stanza('disappearing_mode', { duration: '0', t: '1' })], own),
  notification('server_sync', [stanza('collection', { name: 'critical_block', version: '9' })]),
  notification('picture', [stanza('set', { id: '1', jid: own, author: own })], contact),
  notification('w:gp2', [stanza('create', {}, [stanza('group', { id: '1', creation: '1' })])], '1@g.us'),
  notification('w:gp2', [stanza('participant', { jid: own })], '1@g.us'),
  notification(
    'mediaretry',
    [stanza('encrypt', {}, [stanza('enc_p', {}, 'x'), stanza('enc_iv', {}, 'y')])],
    own,
  ),
  notification('privacy_token', [stanza('tokens', {}, [stanza('token', { type: 'trusted_contact' }, 'x')])]),
  notification('newsletter', [stanza('reaction', { message_id: '1' })], '1@newsletter'),
  notification('mex', [stanza('update', { op_name: 'x' }, '{"data":{}}')]),
  notification('mex', [stanza('update', { op_name: 'NotificationNewsletterUpdate' }, '{')]),
  notification('link_code_companion_reg', [linkCode]),
  notification('companion_reg_refresh', [stanza('companion_reg_refresh')]),
  notification('passkey_prologue_request', [stanza('passkey_request_options', {}, '{"challenge":')]),
  notification('crsc_continuation', [stanza('primary_ephemeral_identity', {}, Buffer.alloc(70, 9))]),
  stanza('ib', { from: server }, [stanza('dirty', { type: 'account_sync', timestamp: '1' })]),
  stanza('ib', { from: server }, [stanza('edge_routing', {}, [stanza('routing_info', {}, 'x')])]),
  stanza('ib', { from: server }, [stanza('offline_preview', { count: '1e9' })]),
  stanza('ib', { from: server }, [stanza('offline', { count: '0' })]),
  stanza('iq', { from: server, type: 'get', id: 'F6', xmlns: 'urn:xmpp:ping' }),
  stanza('iq', { from: server, type: 'set', id: 'F7', xmlns: 'md' }, [
    stanza('pair-device', {}, [stanza('ref', {}, '2@hostile'), stanza('ref', {}, 'x'.repeat(4_000))]),
  ]),
  stanza('iq', { from: server, type: 'set', id: 'F8', xmlns: 'md' }, [
    stanza('pair-success', {}, [
      stanza('device-identity', {}, Buffer.alloc(120, 5)),
      stanza('platform', { name: 'android' }),
      stanza('device', { jid: '15550100001:1@s.whatsapp.net', lid: '1:1@lid' }),
    ]),
  ]),
  stanza('iq', { from: server, type: 'result', id: '1' }, [stanza('usync', {}, [stanza('list')])]),
  stanza('iq', { from: server, type: 'error', id: '2' }, [stanza('error', { code: 'x', text: 'no' })]),
  stanza('success', { t: '1767225600', lid: '1:1@lid', display_name: 'x' }),
];

/** After these a connection is over. */
const lastTemplates: readonly Stanza[] = [
  stanza('failure', { reason: '403', location: 'x', code: '1', expire: '1e99' }),
  stanza('stream:error', { code: '515' }),
  stanza('stream:error', {}, [stanza('conflict', { type: 'replaced' })]),
  stanza('stream:error', { code: 'x'.repeat(300) }),
  stanza('xmlstreamend'),
  stanza('ib', { from: server }, [stanza('downgrade_webclient')]),
];

function mutatedAttributes(choices: Choices, attrs: Stanza['attrs']): Stanza['attrs'] {
  const entries = Object.entries(attrs);
  const at = choices.below(entries.length + 1);
  const [name] = entries[at] ?? [choices.of(['id', 'from', 't', 'type', 'participant', 'offline', 'error'])];
  const kept = entries.filter(([other]) => other !== name);
  return Object.fromEntries(choices.chance(0.3) ? kept : [...kept, [name, choices.of(hostileTexts)]]);
}

function nested(inner: Stanza, depth: number): Stanza {
  let outer = inner;
  for (let level = 0; level < depth; level++) outer = stanza(inner.tag, {}, [outer]);
  return outer;
}

function mutatedContent(choices: Choices, content: Stanza['content']): Stanza['content'] {
  switch (choices.below(7)) {
    case 0:
      return undefined;
    case 1:
      return choices.bytes(choices.below(200));
    case 2:
      return Buffer.from(choices.of(hostileTexts));
    case 3:
      return Buffer.alloc(choices.of([0, 1, 31, 33, 255, 256, megabyte]), choices.below(256));
    case 4:
      return Array.isArray(content) ? [...content, ...content, choices.of(templates)] : [];
    case 5:
      return [nested(choices.of(templates), choices.of([1, 50, 3_000]))];
    default:
      return Array.isArray(content) ? content.slice(1) : content;
  }
}

function mutated(choices: Choices, { tag, attrs, content }: Stanza): Stanza {
  const hit = choices.below(10);
  if (hit < 3 && Array.isArray(content) && content.length > 0) {
    const at = choices.below(content.length);
    return { tag, attrs, content: content.map((one, index) => (index === at ? mutated(choices, one) : one)) };
  }
  if (hit < 6) return { tag, attrs: mutatedAttributes(choices, attrs), ...(content && { content }) };
  if (hit === 9 && choices.chance(0.2)) return { tag: choices.of(['x', 'message', 'iq', 'ib']), attrs };
  const changed = mutatedContent(choices, content);
  return { tag, attrs, ...(changed && { content: changed }) };
}

/** The plaintext of a frame that no server would send. */
export function hostilePlaintext(choices: Choices): Buffer {
  const kind = choices.below(100);
  if (kind === 0) return Buffer.concat([Buffer.of(2), bomb]);
  if (kind === 1) return Buffer.concat([Buffer.of(2), choices.bytes(40)]);
  if (kind < 5) return choices.bytes(choices.below(60));
  let made = choices.of(kind < 8 ? lastTemplates : templates);
  for (let times = choices.below(4); times > 0; times--) made = mutated(choices, made);
  let bytes: Buffer;
  try {
    bytes = encodeStanza(made);
  } catch {
    return choices.bytes(30);
  }
  if (kind < 90) return bytes;
  const torn = Buffer.from(bytes.subarray(0, 1 + choices.below(bytes.length)));
  torn[choices.below(torn.length)] = choices.below(256);
  return torn;
}
