/** A jid in parts: "15551234567:12@s.whatsapp.net" → user 15551234567, device 12, server s.whatsapp.net. */
export type Jid = { readonly user: string; readonly device: number | null; readonly server: string };

const pattern = /^([^:@]*)(?::(\d+))?@(.+)$/;

/** Undefined if the text is not a jid. */
export function parseJid(text: string): Jid | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, user = '', device, server = ''] = match;
  return { user, device: device === undefined ? null : Number(device), server };
}

/** The account behind a device jid: "15551234567:12@s.whatsapp.net" → "15551234567@s.whatsapp.net". */
export function accountJid(text: string): string {
  const jid = parseJid(text);
  return jid ? `${jid.user}@${jid.server}` : text;
}
