import { WactlError } from '../../errors.ts';
import { run, rows } from './asking.ts';
import type { Asking } from './asking.ts';
import type { CopyPlace } from './copy-place.ts';

/**
 * What a copy makes of a store, in the table `meta`. `source` and `target` are frozen: what is in them can be read, and nothing changes it
 * but the copy, so that no session of either connects. `left`: its sessions are elsewhere since. `stopped`: the copy failed; it can be done
 * again.
 */
export const copyRoles = { source: 1, target: 2, left: 3, stopped: 4 } as const;
export type CopyRole = keyof typeof copyRoles;

/** `id` tells copies apart: it is the same in both stores. */
export type CopyMark = { readonly role: CopyRole; readonly id: number };

const [roleKey, idKey] = ['copy_role', 'copy_id'] as const;

/** One row when the store is frozen. */
export const frozenQuery = (meta: string): string =>
  `SELECT 1 FROM ${meta} WHERE key = '${roleKey}' AND value < ${String(copyRoles.left)}`;

export const frozenError = (where: string): WactlError =>
  new WactlError(
    'store_locked',
    `${where} is being copied to another place, or was when that was cut short: nothing in it can be changed`,
    'wait for it, or run the same command again; wactl store copy --help says how to give it up',
  );

export function* readMark({ table }: CopyPlace): Asking<CopyMark | undefined> {
  const found = yield* rows(`SELECT key, value FROM ${table('meta')} WHERE key IN (?, ?)`, [roleKey, idKey]);
  const valueOf = (key: string) => found.find((row) => row['key'] === key)?.['value'];
  const role = (Object.keys(copyRoles) as CopyRole[]).find((name) => copyRoles[name] === valueOf(roleKey));
  return role && { role, id: Number(valueOf(idKey)) };
}

export function* writeMark({ table }: CopyPlace, mark: CopyMark | undefined): Asking<void> {
  const meta = table('meta');
  yield* run(`DELETE FROM ${meta} WHERE key IN (?, ?)`, [roleKey, idKey]);
  if (!mark) return;
  for (const [key, value] of [
    [roleKey, copyRoles[mark.role]],
    [idKey, mark.id],
  ] as const)
    yield* run(`INSERT INTO ${meta} (key, value) VALUES (?, ?)`, [key, value]);
}
