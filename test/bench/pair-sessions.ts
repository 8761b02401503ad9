// Pairs that many sessions of a config directory with a sandbox, and marks them to be kept online. Prints {} when all are paired.
import { SandboxClient } from '../../src/sandbox/control-client.ts';
import { openStore } from '../../src/store/open-store.ts';
import { pairSessions } from '../support/pair-sessions.ts';

const [, , directory = '.', url = '', rootKey = '', count = '1', first = '0'] = process.argv;
const store = openStore({ directory });
const sandbox = new SandboxClient(url);
const scan = (payload: string, number: string): Promise<unknown> => sandbox.scan(payload, number);
await pairSessions({ store, endpoint: { url, rootKey }, scan }, Number(count), Number(first));
await store.close();
process.stdout.write('{}\n');
