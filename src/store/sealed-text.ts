import type { Row } from './row-values.ts';
import { isBytes, optional } from './row-values.ts';
import type { SecretSeals } from './seal.ts';

/** A secret of a session as it is stored in this column. */
export const sealedText = (
  value: string | null,
  id: string,
  column: string,
  seals: SecretSeals,
): Uint8Array | null =>
  value === null ? null : seals.sealer().seal(Buffer.from(value), [id, 'session', column]);

/** Throws TypeError when it is damaged. */
export function unsealedText(
  row: Row,
  id: string,
  column: string,
  seals: Pick<SecretSeals, 'open'>,
): string | null {
  const sealed = optional(row, column, isBytes);
  if (sealed === null) return null;
  const value = seals.open(sealed, [id, 'session', column]);
  if (!value) throw new TypeError(`column ${column}`);
  return Buffer.from(value).toString();
}
