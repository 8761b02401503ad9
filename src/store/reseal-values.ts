import type { BoundValue, Row } from './row-values.ts';
import type { SealedPlace } from './seal.ts';
import { checksumOf, isBlob, readable, wholeRow, withText } from './session-row.ts';

export type Reseal = {
  /** Undefined when it cannot be opened: it stays as it is then, and damaged. */
  readonly open: (sealed: Uint8Array, place: SealedPlace) => Uint8Array | undefined;
  readonly seal: (value: Uint8Array, place: SealedPlace) => Uint8Array;
};

/** The row with its secrets sealed anew; undefined when it has none that opens. One that is damaged stays so. */
export function resealedRow(raw: Row, reseal: Reseal): Row | undefined {
  const id = readable(raw['id']);
  const secrets = Object.entries(raw).flatMap(([column, sealed]) => {
    const value = isBlob(column) ? anew(sealed, [id, 'session', column], reseal) : undefined;
    return value ? [[column, value] as const] : [];
  });
  if (secrets.length === 0) return undefined;
  const changed = { ...raw, ...Object.fromEntries(secrets) };
  try {
    const isChecked = wholeRow(raw)['checksum'] !== null;
    return isChecked ? { ...changed, checksum: checksumOf(withText(changed)) } : changed;
  } catch {
    return changed;
  }
}

/** Sealed anew, to its place or another; undefined when it does not open. */
export function anew(
  sealed: BoundValue | undefined,
  place: SealedPlace,
  { open, seal }: Reseal,
  to = place,
): Uint8Array | undefined {
  const value = sealed instanceof Uint8Array ? open(sealed, place) : undefined;
  return value && seal(value, to);
}
