/** A version of WhatsApp Web, as the login names it: [2, 3000, 1043857760]. */
export type WhatsAppVersion = [number, number, number];

/** Reads "2.3000.1043857760"; undefined for any other text. */
export function parseVersion(text: string): WhatsAppVersion | undefined {
  const match = /^(\d{1,3})\.(\d{1,6})\.(\d{1,12})$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

export const showVersion = (version: WhatsAppVersion): string => version.join('.');

export function isNewer(one: WhatsAppVersion, other: WhatsAppVersion): boolean {
  const at = one.findIndex((part, index) => part !== other[index]);
  return at !== -1 && (one[at] ?? 0) > (other[at] ?? 0);
}

/**
 * The version in a page of WhatsApp Web: the first `"client_revision":1043857760`, with its quotes possibly escaped
 * (Baileys rc14, Utils/generics.js; whatsmeow, update.go). Undefined when there is none.
 */
export function versionInPage(text: string): WhatsAppVersion | undefined {
  const revision = /\\?"client_revision\\?":\s*(\d{6,12})\b/.exec(text)?.[1];
  return revision === undefined ? undefined : [2, 3000, Number(revision)];
}
