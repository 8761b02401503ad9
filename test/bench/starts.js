import { join } from 'node:path';
import Database from 'libsql';
import { timeOf, wactl } from './program.js';
import { interleaved, ratioRow } from './rounds.js';

const rounds = 15;

/** The cost of a command that needs no engine, compared with Node itself. */
export async function measureStarts({ scratch }) {
  const ten = await filled(join(scratch, 'ten'), 10);
  const many = await filled(join(scratch, 'many'), 10_000);
  const times = await interleaved(
    {
      bare: () => timeOf(['-e', '0']),
      version: () => timeOf([wactl, '--version']),
      help: () => timeOf([wactl, '--help']),
      ten: () => timeOf([wactl, 'list'], { WACTL_CONFIG_DIR: ten }),
      many: () => timeOf([wactl, 'list'], { WACTL_CONFIG_DIR: many }),
    },
    rounds,
  );
  return [
    ratioRow('wactl --version / node -e 0', times.version, times.bare, 1.6),
    ratioRow('wactl --help / node -e 0', times.help, times.bare, 1.6),
    ratioRow('wactl list, 10 sessions / node -e 0', times.ten, times.bare, 2.5),
    ratioRow('wactl list, 10,000 sessions / node -e 0', times.many, times.bare, 5),
  ];
}

/** A config directory with that many sessions: one created by wactl, and copies of its row. */
async function filled(directory, count) {
  await timeOf([wactl, 'create', 's0', '--no-connect'], { WACTL_CONFIG_DIR: directory });
  const db = new Database(join(directory, 'wactl.db'));
  const columns = db.pragma('table_info(sessions)').map(({ name }) => name);
  const copied = columns.map((name) => (name === 'id' ? "'s' || n" : name));
  db.exec(`
    WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count})
    INSERT INTO sessions (${columns.join()}) SELECT ${copied.join()} FROM numbers, sessions WHERE ${count} > 1`);
  db.close();
  return directory;
}
