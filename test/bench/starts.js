import { mkdirSync, mkdtempSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import Database from 'libsql';
import { timeOf, timeOnTerminal, wactl } from './program.js';
import { interleaved, ratioRow } from './rounds.js';
import { target } from './targets.js';

const rounds = Number(process.env.BENCH_ROUNDS ?? 31);
const hourAgo = Date.now() - 3_600_000;

/** The cost of a command that needs no engine, compared with Node itself. */
export async function measureStarts({ scratch }) {
  const home = join(scratch, 'home');
  mkdirSync(home);
  const ten = { HOME: home, WACTL_CONFIG_DIR: await filled(join(scratch, 'ten'), 10) };
  const many = { HOME: home, WACTL_CONFIG_DIR: await filled(join(scratch, 'many'), 10_000) };
  const first = () => timeOf([wactl, 'list'], { ...ten, HOME: mkdtempSync(join(scratch, 'home-')) });
  const times = await interleaved(
    {
      bare: () => timeOf(['-e', '0']),
      version: () => timeOf([wactl, '--version'], ten),
      help: () => timeOf([wactl, '--help'], ten),
      piped: () => timeOf([wactl, 'list'], ten),
      shown: () => timeOnTerminal([wactl, 'list'], ten),
      many: () => timeOf([wactl, 'list'], many),
      ...(module.enableCompileCache && { first }),
    },
    rounds,
  );
  const row = (what, side, ...targets) =>
    ratioRow(`wactl ${what} / node -e 0`, times[side], times.bare, target(...targets));
  return [
    row('--version', 'version', 1.2),
    row('--help', 'help', 1.25),
    row('list, 10 sessions, to a pipe', 'piped', 2.1, 1.8),
    row('list, 10 sessions, on a terminal', 'shown', 2.3, 2),
    row('list, 10,000 sessions', 'many', 2.3, 2),
    ...(times.first ? [row('list, 10 sessions, first run, no compiled code', 'first', undefined)] : []),
  ];
}

/** A config directory with that many paired sessions, last seen an hour ago: one created by wactl, and copies of its row. */
export async function filled(directory, count) {
  await timeOf([wactl, 'create', 's0', '--no-connect'], { WACTL_CONFIG_DIR: directory });
  const db = new Database(join(directory, 'wactl.db'));
  const columns = db.pragma('table_info(sessions)').map(({ name }) => name);
  const paired = {
    // Without a checksum a row is taken as it is.
    checksum: 'NULL',
    paired: '1',
    phone_number: "'1555010' || n",
    push_name: "'Person ' || n",
    whatsapp_jid: "'1555010' || n || ':1@s.whatsapp.net'",
    last_connected_at: hourAgo,
    last_seen_at: hourAgo,
  };
  const copied = columns.map((name) => (name === 'id' ? "'p' || n" : (paired[name] ?? name)));
  db.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 <= ${count})
    INSERT INTO sessions (${columns.join()}) SELECT ${copied.join()} FROM numbers, sessions;
    DELETE FROM sessions WHERE id = 's0'`);
  db.close();
  return directory;
}
