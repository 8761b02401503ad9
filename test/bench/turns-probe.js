// For `node --import`: measures the longest turn of the event loop since the last SIGUSR2, without what other processes took
// away, and writes it to the file $TURNS_FILE at the end. Linux only (schedstat: nanoseconds on the processor, and waiting for one).
import { openSync, readSync, writeFileSync } from 'node:fs';

const facts = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
const block = Buffer.alloc(128);
let longest = { busyMs: 0, blockedMs: 0 };
let before = look();

function look() {
  const length = readSync(facts, block, 0, block.length, 0);
  const [busy, queued] = block.toString('latin1', 0, length).split(' ');
  return { at: performance.now(), busyMs: Number(busy) / 1e6, queuedMs: Number(queued) / 1e6 };
}

setInterval(() => {
  const now = look();
  const busyMs = now.busyMs - before.busyMs;
  const blockedMs = now.at - before.at - busyMs - (now.queuedMs - before.queuedMs);
  longest = {
    busyMs: Math.max(longest.busyMs, busyMs),
    blockedMs: Math.max(longest.blockedMs, blockedMs),
  };
  before = now;
}, 1).unref();
process.on('SIGUSR2', () => {
  longest = { busyMs: 0, blockedMs: 0 };
  before = look();
});
process.once('exit', () => writeFileSync(process.env.TURNS_FILE, JSON.stringify(longest)));
