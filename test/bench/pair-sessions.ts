// Pairs that many sessions of a config directory, or of the PostgreSQL at an address, with a sandbox, and marks them to be kept online.
// Prints {} when all are paired. A key of its own is in the directory.
import { SandboxClient } from '../../src/sandbox/control-client.ts';
import { systemClock } from '../../src/compose/system-clock.ts';
import { ownFileKeys } from '../../src/keys/file-keys.ts';
import { openStore } from '../../src/store/open-store.ts';
import { openPostgres } from '../../src/store/postgres/open-postgres.ts';
import { pairSessions } from '../support/pair-sessions.ts';

const [, , directory = '.', url = '', rootKey = '', count = '1', first = '0', address] = process.argv;
const store =
  address === undefined
    ? openStore({ directory })
    : await openPostgres({
        address,
        clock: systemClock,
        keys: ownFileKeys(directory),
        host: { id: 'pairing', name: 'pairing' },
        process: { version: '0.0.0', pid: process.pid },
      });
const sandbox = new SandboxClient(url);
const scan = (payload: string, number: string): Promise<unknown> => sandbox.scan(payload, number);
await pairSessions({ store, endpoint: { url, rootKey }, scan }, Number(count), Number(first));
await store.close();
process.stdout.write('{}\n');
