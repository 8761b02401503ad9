// An emulated WhatsApp that has an outage of the given milliseconds at each SIGUSR2. Prints lines of JSON: its address,
// each outage and its end, and at SIGTERM what its devices have seen.
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

const outageMs = Number(process.argv[2] ?? '5000');
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

const sandbox = await startSandbox();
process.on('SIGUSR2', () => {
  void sandbox
    .outage(async () => {
      say({ event: 'down' });
      await sleep(outageMs);
    })
    .then(() => say({ event: 'up' }));
});
process.once('SIGTERM', () => {
  const { devices } = sandbox;
  const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0);
  say({
    event: 'end',
    devices: devices.length,
    most_connections_of_one: Math.max(...devices.map(({ maxConnections }) => maxConnections)),
    logins: sum(devices.map(({ logins }) => logins)),
  });
  void sandbox.close();
});
say({ event: 'ready', endpoint: sandbox.endpoint, endpoint_root: sandbox.rootKey });
