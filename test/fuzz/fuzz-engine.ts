import { startSandbox } from '../../src/sandbox/start-sandbox.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { closeTable } from '../../src/domain/close-table.ts';
import { sessionId, startEngine } from '../support/engine.ts';
import type { Engine, Followed } from '../support/engine.ts';
import type { FuzzReport } from './fuzz-report.ts';
import { within } from './fuzz-report.ts';
import { hostilePlaintext } from './hostile-stanza.ts';
import { Choices } from './hostile-values.ts';

const jid = '15550100001:1@s.whatsapp.net';
/** Much longer than any step takes, and short enough to wait for. */
const patienceMs = 20_000;
/** Baileys gives up a connection that is silent for the keep-alive interval and 5 s more. */
const silenceMs = 10_000;
const deadlines = {
  connectingMs: 5_000,
  pairDeviceMs: 5_000,
  loginMs: 8_000,
  queryMs: 2_000,
  keepAliveMs: 2_000,
  deafMs: 3_000,
  offlineMs: 1_000,
};

/** An engine with its own sandbox, its log, and a check that the log contains no key. */
async function start(report: FuzzReport): Promise<{
  readonly sandbox: Sandbox;
  readonly engine: Engine;
  readonly end: () => Promise<void>;
}> {
  const sandbox = await startSandbox();
  const lines: string[] = [];
  const log = (level: string, message: string): void => void lines.push(`${level}: ${message}`);
  const engine = await startEngine(sandbox, { deadlines, log, onError: () => undefined });
  const end = async (): Promise<void> => {
    await sandbox.close();
    const creds = await engine.store.readCreds(sessionId);
    const keys = creds === undefined ? [] : secretsIn(JSON.parse(Buffer.from(creds).toString()));
    const said = lines.join('\n');
    for (const key of keys) if (said.includes(key)) report.fail('leak', 'a key is in the log');
  };
  return { sandbox, engine, end };
}

/** Every private key and secret in stored credentials, as text. */
function secretsIn(value: unknown, isSecret = false): string[] {
  if (typeof value === 'string') return isSecret && value.length > 30 ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    secretsIn(inner, isSecret || name === 'private' || name === 'advSecretKey'),
  );
}

const isOpen = async ({ closed }: Followed): Promise<boolean> =>
  (await Promise.race([closed, Promise.resolve(null)])) === null;

/** Notes an end, which must be in the close table. Returns whether the connection has ended. */
async function hasEnded(
  report: FuzzReport,
  { connection, closed }: Followed,
  seed: number,
): Promise<boolean> {
  const close = await within(patienceMs, closed);
  if (close === undefined) {
    report.fail('hang', `seed ${String(seed)}: the connection did not end`);
    await within(patienceMs, connection.close());
    return false;
  }
  if (!(close.reason in closeTable)) report.fail('crash', `seed ${String(seed)}: ended by ${close.reason}`);
  report.end(close.reason);
  return true;
}

/** Sends batches to a logged-in session; after each, an ordinary message must be reported, or the session has ended. */
export async function fuzzPaired(report: FuzzReport, batches: number, batchSize: number): Promise<void> {
  const { sandbox, engine, end } = await start(report);
  await engine.pair();
  let followed: Followed | undefined;
  for (let batch = 0; batch < batches; batch++) {
    const seed = report.seed + batch;
    const choices = new Choices(seed);
    if (followed === undefined || !(await isOpen(followed))) {
      followed = engine.connect({ kind: 'login' });
      const loggedIn = await within(
        patienceMs,
        followed.until('logged_in').catch(() => undefined),
      );
      if (loggedIn === undefined) {
        report.fail('deaf', `seed ${String(seed - 1)}: no login afterwards`);
        await within(patienceMs, followed.connection.close());
        continue;
      }
    }
    for (let at = 0; at < batchSize; at++) {
      sandbox.connections[0]?.sendPlaintext(hostilePlaintext(choices));
      report.tried++;
    }
    const probe = `probe ${String(seed)}`;
    sandbox.sendText(jid, probe);
    const { events, untilEvent } = followed;
    const isTold = () => events.some((event) => event.kind === 'message' && event.message.text === probe);
    const told = untilEvent(isTold).then(
      () => 'told',
      () => 'ended',
    );
    const outcome = await within(patienceMs, told);
    if (outcome === undefined) {
      report.fail('deaf', `seed ${String(seed)}: a message afterwards was not told`);
      await within(patienceMs, followed.connection.close());
    }
    if (outcome === 'ended') await hasEnded(report, followed, seed);
  }
  if (
    followed &&
    (await within(
      patienceMs,
      followed.connection.close().then(() => true),
    )) === undefined
  )
    report.fail('hang', 'the connection could not be closed');
  await end();
}

/** Sends batches while a QR is on show; afterwards the pairing continues or has ended, and can always be aborted. */
export async function fuzzPairing(report: FuzzReport, batches: number, batchSize: number): Promise<void> {
  for (let batch = 0; batch < batches; batch++) {
    const seed = report.seed + 1_000_000 + batch;
    const choices = new Choices(seed);
    const { sandbox, engine, end } = await start(report);
    const followed = engine.connect({ kind: 'pair_by_qr' });
    await within(patienceMs, followed.until('qr'));
    for (let at = 0; at < batchSize; at++) {
      sandbox.connections[0]?.sendPlaintext(hostilePlaintext(choices));
      report.tried++;
    }
    const shown = followed.events.filter((event) => event.kind === 'qr').at(-1);
    try {
      sandbox.scan(shown?.payload ?? '');
    } catch {
      // The ref is one of a hostile pair-device.
    }
    await within(
      2_000,
      followed.until('logged_in').catch(() => undefined),
    );
    if (
      (await within(
        patienceMs,
        followed.connection.close().then(() => true),
      )) === undefined
    )
      report.fail('hang', `seed ${String(seed)}: the pairing could not be given up`);
    else await hasEnded(report, followed, seed);
    const isPaired = (await engine.store.get(sessionId))?.paired === true;
    if (isPaired && sandbox.devices.length === 0)
      report.fail('crash', `seed ${String(seed)}: paired with nobody`);
    await end();
  }
}

/** Bytes that are not frames: during the handshake, and in the middle of a session. */
export async function fuzzFrames(report: FuzzReport, times: number): Promise<void> {
  const { sandbox, engine, end } = await start(report);
  await engine.pair();
  for (let time = 0; time < times; time++) {
    const seed = report.seed + 2_000_000 + time;
    const choices = new Choices(seed);
    const opened = sandbox.waitFor('connection_opened');
    const followed = engine.connect({ kind: 'login' });
    await opened;
    if (choices.chance(0.5))
      await within(
        patienceMs,
        followed.until('logged_in').catch(() => undefined),
      );
    for (let at = 0; at < 5; at++) {
      sandbox.connections[0]?.sendRaw(hostileFrame(choices));
      report.tried++;
    }
    // Undecryptable bytes are noticed at the latest by the silence after them; otherwise they had no effect.
    if ((await within(silenceMs, followed.closed)) === undefined) {
      sandbox.sendText(jid, 'probe');
      const told = await within(
        patienceMs,
        followed.until('message').catch(() => 'ended'),
      );
      if (told === undefined) report.fail('deaf', `seed ${String(seed)}: a message afterwards was not told`);
    }
    if (
      (await within(
        patienceMs,
        followed.connection.close().then(() => true),
      )) === undefined
    )
      report.fail('hang', `seed ${String(seed)}: the connection could not be closed`);
    else await hasEnded(report, followed, seed);
  }
  await end();
}

function hostileFrame(choices: Choices): Buffer {
  const body = choices.bytes(choices.below(300));
  const length = Buffer.alloc(3);
  length.writeUIntBE(choices.chance(0.6) ? body.length : choices.below(0xffffff), 0, 3);
  return choices.chance(0.2) ? body : Buffer.concat([length, body]);
}
