import { proto } from '@whiskeysockets/baileys';
import type { Said } from '../../src/sandbox/connection.ts';
import type { Stanza } from '../../src/sandbox/stanza.ts';

/** Attributes whose value identifies a stanza. None is secret, and none varies from run to run. */
const telling: readonly string[] = [
  ...[
    'type',
    'xmlns',
    'stage',
    'class',
    'mode',
    'context',
    'code',
    'reason',
    'query',
    'category',
    'last',
    'v',
  ],
  ...['should_show_push_notification', 'offline', 'return_snapshot', 'protocol', 'index'],
];

/** Elements of a pairing whose content is a constant of the client. */
const constants: readonly string[] = [
  'companion_platform_id',
  'companion_platform_display',
  'link_code_pairing_nonce',
];

/** The shape of an id without its value: "12345.6789-1" is N.N-N. */
const shapeOf = (id: string): string => id.replace(/\d+/g, 'N');

const attribute = ([name, value]: [string, string]): string => {
  if (telling.includes(name)) return `${name}=${value}`;
  return name === 'sid' ? `${name}=${shapeOf(value)}` : name;
};

const contentOf = ({ tag, content }: Stanza): string => {
  if (!constants.includes(tag) || content === undefined || Array.isArray(content)) return '';
  const bytes = Buffer.from(content);
  return bytes.every((byte) => byte >= 0x20 && byte < 0x7f)
    ? `"${bytes.toString()}"`
    : `0x${bytes.toString('hex')}`;
};

/** "iq[id to type=set xmlns=md](pair-device(ref*))": names and their content; never a key, a ref or a phone number. */
export function labelOf(stanza: Stanza): string {
  const attributes = Object.entries(stanza.attrs).map(attribute).sort();
  const inside = Array.isArray(stanza.content) ? stanza.content.map(labelOf) : [];
  const different = [...new Set(inside)].map((label) =>
    inside.filter((each) => each === label).length > 1 ? `${label}*` : label,
  );
  return (
    stanza.tag +
    (attributes.length > 0 ? `[${attributes.join(' ')}]` : '') +
    contentOf(stanza) +
    (different.length > 0 ? `(${different.join(' ')})` : '')
  );
}

/** Fields that differ from device to device, or from day to day. */
const hidden = /^(username|device|lidDbMigrated|userAgent\.appVersion|devicePairingData\.\w+)$/;

function* fieldsOf(value: unknown, path: string): Generator<string> {
  if (hidden.test(path)) yield path;
  else if (value === null || typeof value !== 'object') yield `${path}=${String(value)}`;
  else
    for (const [name, inner] of Object.entries(value))
      yield* fieldsOf(inner, path === '' ? name : `${path}.${name}`);
}

/** A client's payload, one label per field: "payload passive=true". */
function payloadLabels(payload: Uint8Array): string[] {
  const { devicePairingData, ...plain } = proto.ClientPayload.toObject(proto.ClientPayload.decode(payload), {
    enums: String,
  }) as Record<string, unknown>;
  const { deviceProps, ...keys } = (devicePairingData ?? {}) as Record<string, unknown>;
  const props = deviceProps instanceof Uint8Array ? proto.DeviceProps.decode(deviceProps) : undefined;
  const pairing = Object.keys(keys).map((name) => `devicePairingData.${name}`);
  return [
    ...fieldsOf(plain, ''),
    ...pairing,
    ...(props ? fieldsOf(proto.DeviceProps.toObject(props, { enums: String }), 'deviceProps') : []),
  ].map((field) => `payload ${field}`);
}

/** One line for each message. */
export const labelsOf = (said: Said): string[] =>
  'payload' in said ? payloadLabels(said.payload) : [labelOf(said.stanza)];
