// An emulated WhatsApp for a fleet. Prints lines of JSON: its address; whenever that has changed, how many of its devices are online;
// at each SIGUSR2 it sends each device a message, and says when all are acknowledged; at SIGTERM what its devices have seen.
import { startSandbox } from '../../src/sandbox/start-sandbox.ts';

const lookEveryMs = 100;
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);
const sandbox = await startSandbox();
const parent = process.ppid;
let told = '';
let sent = 0;

const state = () => {
  const { devices } = sandbox;
  return {
    devices: devices.length,
    online: devices.filter(({ online }) => online).length,
    logins: devices.reduce((sum, { logins }) => sum + logins, 0),
    most_connections: devices.reduce((most, { maxConnections }) => Math.max(most, maxConnections), 0),
  };
};
const watching = setInterval(() => {
  if (process.ppid !== parent) return void end();
  const line = { event: 'state', ...state() };
  if (told !== JSON.stringify(line)) say(line);
  told = JSON.stringify(line);
}, lookEveryMs);
const end = async (): Promise<void> => {
  clearInterval(watching);
  say({ event: 'end', ...state() });
  await sandbox.close();
};
process.on('SIGUSR2', () => {
  const { devices } = sandbox;
  for (const { jid } of devices) sandbox.sendText(jid, `message ${String(++sent)}`);
  void sandbox
    .until(() => devices.every(({ undelivered }) => undelivered.length === 0))
    .then(() => say({ event: 'acknowledged' }));
});
process.on('SIGINT', () => undefined);
process.once('SIGTERM', () => void end());
say({ event: 'ready', endpoint: sandbox.endpoint, endpoint_root: sandbox.rootKey });
