// For `node --import`: makes a process the machine $PROBE_NAME, and writes to the file $PROBE_FILE, every second, what has come from the
// PostgreSQL at the port $PROBE_PORT so far: round trips, bytes.
import { renameSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import { syncBuiltinESMExports } from 'node:module';

const { PROBE_NAME: name, PROBE_FILE: file, PROBE_PORT: port } = process.env;
const counted = { trips: 0, bytes: 0 };
/** ReadyForQuery ends each answer: its kind, its length, and one byte more. */
const ready = Buffer.from([0x5a, 0, 0, 0, 5]);

os.hostname = () => name;
syncBuiltinESMExports();
const { push } = net.Socket.prototype;
net.Socket.prototype.push = function (chunk, ...more) {
  if (chunk && this.remotePort === Number(port)) {
    counted.bytes += chunk.length;
    // It is the last of what comes at once.
    if (chunk.length > ready.length && chunk.indexOf(ready, chunk.length - ready.length - 1) !== -1)
      counted.trips += 1;
  }
  return push.call(this, chunk, ...more);
};
setInterval(() => {
  writeFileSync(`${file}.new`, JSON.stringify(counted));
  renameSync(`${file}.new`, file);
}, 1_000).unref();
