/** A key record of Baileys by its type and id. */
export type KeyName = { readonly type: string; readonly id: string };

/** Baileys' types of keys (rc14, Types/Auth.d.ts). No type is the beginning of a later one, followed by "-". */
const types = [
  'app-state-sync-key',
  'app-state-sync-version',
  'device-list',
  'identity-key',
  'lid-mapping',
  'pre-key',
  'sender-key-memory',
  'sender-key',
  'session',
  'tctoken',
] as const;

/**
 * How an id was written before its ":" became "-" and its "/" became "__", where a type has ids with these. All other ids
 * stand in the name as they are: those of old groups have a "-" of their own, and "__index" is an id.
 */
const restored: Readonly<Record<string, (id: string) => string>> = {
  // Base64, which has neither "-" nor "_".
  'app-state-sync-key': (id) => id.replaceAll('__', '/'),
  // group::sender::device
  'sender-key': (id) => id.replace(/^(.+)--([^-]+)--(\d+)$/, '$1::$2::$3'),
  tctoken: (id) => id.replace(/^(\d+)-(\d+)@(?=s\.whatsapp\.net$|lid$|hosted)/, '$1:$2@'),
};

/** The file of a key in a folder of `useMultiFileAuthState` (rc14, Utils/use-multi-file-auth-state.js). */
export const fileOfKey = ({ type, id }: KeyName): string =>
  `${type}-${id}.json`.replaceAll('/', '__').replaceAll(':', '-');

/** The key in a file of such a folder; undefined for a file of another kind. */
export function keyOfFile(name: string): KeyName | undefined {
  const type = types.find((known) => name.startsWith(`${known}-`));
  if (type === undefined || !name.endsWith('.json')) return undefined;
  const written = name.slice(type.length + 1, -'.json'.length);
  const id = restored[type]?.(written) ?? written;
  return written !== '' && fileOfKey({ type, id }) === name ? { type, id } : undefined;
}
