import { readFileSync, statSync, truncateSync, openSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../support/seeded-random.ts';
import { ids } from './fill.ts';

/** One thing done to one file of a store. */
export type Damage = {
  /** Which store: `closed`, in one file, or `open`, with its journal. */
  readonly state: 'closed' | 'open';
  readonly file: 'wactl.db' | 'wactl.db-wal';
  readonly kind: 'flip' | 'overwrite' | 'truncate';
  readonly offset: number;
  /** The bytes to XOR (`flip`) or write there. */
  readonly bytes: readonly number[];
};

const page = 4096;

export type Amounts = {
  /** Flipped bits in each page of the file. */
  readonly flipsAPage: number;
  /** One in this many bytes of the rows is flipped. */
  readonly everyFieldByte: number;
  /** A bit is flipped in every so many bytes of the file. */
  readonly stride: number;
  /** Flipped bits in the journal. */
  readonly journalFlips: number;
  /** Zeroed, overwritten and cut-off pages: every so many. */
  readonly everyPage: number;
};

/** Damages page by page, field by field; the same for the same seed. */
export function damagesOf(
  stores: { readonly closed: string; readonly open: string },
  seed: number,
  amounts: Amounts,
): Damage[] {
  const random = seededRandom(seed);
  const whole = (below: number): number => Math.floor(random() * below);
  const flip = (state: Damage['state'], file: Damage['file'], offset: number): Damage => ({
    state,
    file,
    kind: 'flip',
    offset,
    bytes: [1 << whole(8)],
  });
  const content = readFileSync(join(stores.closed, 'wactl.db'));
  const all: Damage[] = [];
  for (let start = 0; start < content.length; start += page) {
    for (let count = 0; count < amounts.flipsAPage; count++) {
      // Half of them in the header and the cell pointers, where the structure is.
      all.push(flip('closed', 'wactl.db', start + whole(count % 2 === 0 ? 128 : page)));
    }
    if ((start / page) % amounts.everyPage !== 0) continue;
    const noise = Array.from({ length: 64 }, () => whole(256));
    const at = { state: 'closed', file: 'wactl.db', offset: start } as const;
    all.push({ ...at, kind: 'overwrite', bytes: new Array<number>(page).fill(0) });
    all.push({ ...at, kind: 'overwrite', offset: start + whole(page - 64), bytes: noise });
    all.push({ ...at, kind: 'truncate', bytes: [] });
  }
  for (let offset = 0; offset < content.length; offset += amounts.stride)
    all.push(flip('closed', 'wactl.db', offset));
  for (const offset of fieldBytes(content)) {
    if (whole(amounts.everyFieldByte) === 0) all.push(flip('closed', 'wactl.db', offset));
  }
  const journal = statSync(join(stores.open, 'wactl.db-wal')).size;
  for (let count = 0; count < amounts.journalFlips; count++) {
    all.push(flip('open', 'wactl.db-wal', whole(journal)));
    if (count % 8 === 0) all.push({ ...flip('open', 'wactl.db-wal', whole(journal)), kind: 'truncate' });
  }
  return all;
}

/** Where rows are: around each occurrence of an id, the header of its row included. */
function fieldBytes(content: Buffer): number[] {
  const found = new Set<number>();
  for (const id of ids) {
    for (let at = content.indexOf(id); at !== -1; at = content.indexOf(id, at + 1)) {
      for (
        let offset = Math.max(0, at - 48);
        offset < Math.min(content.length, at + id.length + 160);
        offset++
      )
        found.add(offset);
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Applies the damage to the store in `directory`. */
export function doDamage(directory: string, { file, kind, offset, bytes }: Damage): void {
  const path = join(directory, file);
  if (kind === 'truncate') return truncateSync(path, offset);
  const before = readFileSync(path).subarray(offset, offset + bytes.length);
  const after =
    kind === 'flip' ? before.map((byte, index) => byte ^ (bytes[index] ?? 0)) : Buffer.from(bytes);
  const handle = openSync(path, 'r+');
  writeSync(handle, after, 0, Math.min(after.length, before.length), offset);
  closeSync(handle);
}
