import type { StoredKey } from '../domain/whole-session.ts';
import type { WhatsmeowRows } from '../ports/whatsmeow.ts';
import { GoRecordError } from './go-json.ts';

/** Names of Signal's sessions and sender keys: "15551234567:0" of whatsmeow is "15551234567.0" of Baileys. */
export type Addresses = {
  /**
   * The address that Baileys looks under: that of the lid where one is known. Throws GoRecordError for text that is no address, as `both`
   * does.
   */
  readonly current: (address: string) => string;
  /**
   * As the end of a sender key's name. Baileys looks under the address that a message in the group comes with, whatsmeow always under
   * that of the lid.
   */
  readonly both: (address: string) => readonly string[];
  readonly currentJid: (jid: string) => string;
  /** Where both are there, whatsmeow uses that of the lid. */
  readonly lidsFirst: <T extends { readonly address: string }>(rows: readonly T[]) => readonly T[];
  readonly mapping: () => readonly StoredKey[];
};

/** "987654321_1:12": the user, the kind of address (0 is not written), the device. */
const pattern = /^(\d{1,20})(?:_(\d{1,3}))?:(\d{1,5})$/;
const [phone, lid, hosted, hostedLid] = [0, 1, 128, 129];

export function whatsmeowAddresses(rows: WhatsmeowRows): Addresses {
  const pairs = rows.lids.filter((pair) => isUser(pair.lid) && isUser(pair.pn));
  const lids = new Map(pairs.map((pair) => [pair.pn, pair.lid]));
  const phones = new Map(pairs.map((pair) => [pair.lid, pair.pn]));
  const parsed = (address: string) => {
    const [, user = '', kind = '0', device = ''] = pattern.exec(address) ?? [];
    if (user === '') throw new GoRecordError('its address is not one');
    return { user, kind: Number(kind), device: Number(device) };
  };
  const named = (user: string, kind: number): string => (kind === phone ? user : `${user}_${String(kind)}`);
  const known = users(rows);
  return {
    current(address) {
      const { user, kind, device } = parsed(address);
      const other = kind === phone || kind === hosted ? lids.get(user) : undefined;
      const name = other === undefined ? named(user, kind) : named(other, kind === phone ? lid : hostedLid);
      return `${name}.${String(device)}`;
    },
    both(address) {
      const { user, kind, device } = parsed(address);
      const other = kind === lid ? phones.get(user) : kind === phone ? lids.get(user) : undefined;
      const names = [
        named(user, kind),
        ...(other === undefined ? [] : [named(other, kind === lid ? phone : lid)]),
      ];
      return names.map((name) => `${name}::${String(device)}`);
    },
    currentJid(jid) {
      const [user = '', server] = jid.split('@');
      const other = server === 's.whatsapp.net' ? lids.get(user) : undefined;
      return other === undefined ? jid : `${other}@lid`;
    },
    lidsFirst: (all) => [
      ...all.filter(({ address }) => address.includes('_')),
      ...all.filter(({ address }) => !address.includes('_')),
    ],
    mapping: () =>
      pairs
        .filter((pair) => !rows.hasOthers || known.has(pair.lid) || known.has(pair.pn))
        .flatMap((pair) => [
          { type: 'lid-mapping', id: pair.pn, value: Buffer.from(JSON.stringify(pair.lid)) },
          { type: 'lid-mapping', id: `${pair.lid}_reverse`, value: Buffer.from(JSON.stringify(pair.pn)) },
        ]),
  };
}

const isUser = (text: string): boolean => /^\d{1,20}$/.test(text);

/** Those that the device has to do with: another account in the same file knows others. */
function users({ device, signalSessions, identities, tokens }: WhatsmeowRows): ReadonlySet<string> {
  const addresses = [...signalSessions, ...identities].map(({ address }) => address);
  const jids = [device.jid, device.lid ?? '', ...tokens.map(({ jid }) => jid)];
  return new Set([...addresses, ...jids].map((name) => /^\d*/.exec(name)?.[0] ?? ''));
}
