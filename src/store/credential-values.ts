import type { KeyChange } from '../ports/store.ts';
import type { SealedPlace } from './seal.ts';

/** The places that a session's creds are sealed to. */
export const credsPlace = (sessionId: string): SealedPlace => [sessionId, 'creds', ''];
export const previousCredsPlace = (sessionId: string): SealedPlace => [sessionId, 'creds', 'previous'];

/** The values of each type by id; null for those to delete. Of several changes of one key the last counts. */
export function valuesByType(changes: readonly KeyChange[]): Map<string, Map<string, Uint8Array | null>> {
  const types = new Map<string, Map<string, Uint8Array | null>>();
  for (const { type, id, value } of changes) {
    const values = types.get(type) ?? new Map<string, Uint8Array | null>();
    types.set(type, values.set(id, value));
  }
  return types;
}
