import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runBackup } from '../../src/commands/backup.ts';
import { runExport } from '../../src/commands/export.ts';
import { runImport } from '../../src/commands/import.ts';
import { WactlError } from '../../src/errors.ts';
import { firstBox } from '../../src/domain/box.ts';
import type { SessionPatch } from '../../src/domain/session-change.ts';
import { appendEvents } from '../support/append-events.ts';
import { outcome, world } from '../support/fake-context.ts';
import type { World, WorldParts } from '../support/fake-context.ts';
import { somebody } from '../support/fake-whatsapp.ts';
import { linkedCreds } from '../support/linked-creds.ts';
import { pairInStore } from '../support/pair-in-store.ts';

const at = '2026-03-01T12:00:00.000Z';
const json = { io: { json: true } };
const identity = await generateIdentity();
const recipient = [await identityToRecipient(identity)];
const exporting = { move: false, armor: false, yes: false, recipient };
const importing = { yes: false, identity: 'key' };

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'wactl-transfer-'));
  file = join(directory, 'sessions.age');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** A world with the key of the recipient, and the file where it is. */
function place({ io, ...parts }: WorldParts = {}): World {
  const made = world({ ...parts, io: { ...io, files: { key: `# a key\n${identity}\n`, ...io?.files } } });
  const readBytes = made.io.readBytes.bind(made.io);
  made.io.readBytes = (path) => (path === file ? Promise.resolve(readFileSync(file)) : readBytes(path));
  return made;
}

/** A paired session with real credentials. */
async function paired(
  { store }: World,
  id: string,
  patch: SessionPatch = {},
  jid = somebody.whatsappJid,
): Promise<void> {
  await store.create({
    id,
    name: 'Shop',
    webhook: { url: 'https://example.com/', events: ['message'], secret: 'whsec_c2VjcmV0', viaProxy: false },
    proxy: 'socks5://ada:hunter2@127.0.0.1:1080',
    endpoint: { url: 'ws://127.0.0.1:4000/', rootKey: 'ab'.repeat(32) },
  });
  await pairInStore(store, id, { ...somebody, whatsappJid: jid }, linkedCreds(jid));
  await store.update(id, patch);
}

const offline: WorldParts['holder'] = {
  disconnect: ({ id }) => Promise.resolve({ id, status: 'disconnected', details: '' }),
};

describe('export, then import elsewhere', () => {
  it('a copy goes on here, and is fenced there, with everything that it had', async () => {
    const here = place(json);
    await paired(here, 'shop', { messageCount: 7, wantsOnline: true });
    await here.has({ id: 'empty' });
    expect(await outcome(runExport(here.cx, { ...exporting, ids: ['shop', 'empty'], output: file }))).toBe(0);
    expect(here.io.documents).toEqual([{ exported: ['shop', 'empty'], output: file, moved: false }]);
    expect(await here.store.get('shop')).toMatchObject({ fence: null, wantsOnline: true });
    const there = place(json);
    expect(await outcome(runImport(there.cx, { ...importing, file }))).toBe(0);
    expect(there.io.documents).toEqual([{ imported: ['shop', 'empty'], replaced: [], fenced: ['shop'] }]);
    const [sent, came] = [await here.store.readWhole('shop'), await there.store.readWhole('shop')];
    const fence = { reason: 'copy', at: new Date(at) };
    expect(came.session).toEqual({ ...sent.session, fence, updatedAt: new Date(at) });
    expect(came.credentials).toEqual(sent.credentials);
    expect(await there.store.get('empty')).toMatchObject({ fence: null, paired: false });
  });

  it('what was moved is fenced here, after it was taken offline, and not there', async () => {
    const order: string[] = [];
    const here = place({
      ...json,
      holder: {
        async disconnect({ id }) {
          order.push(`${id} fenced: ${String((await here.store.get(id))?.fence?.reason)}`);
          await here.store.write(id, { keys: [{ type: 'session', id: 'last', value: Buffer.from('{}') }] });
          return { id, status: 'disconnected', details: '' };
        },
      },
    });
    await paired(here, 'shop', { wantsOnline: true });
    const move = { ...exporting, ids: ['shop'], output: file, move: true };
    expect(await outcome(runExport(here.cx, { ...move, yes: true }))).toBe(0);
    expect(order).toEqual(['shop fenced: moved']);
    expect(await here.store.get('shop')).toMatchObject({ fence: { reason: 'moved' }, wantsOnline: false });
    expect(await outcome(runExport(here.cx, { ...move, yes: true }))).toMatch(
      /^fenced \(6\): shop was moved away/,
    );
    const there = place();
    await runImport(there.cx, { ...importing, file, as: 'moved' });
    expect(there.io.stdout).toEqual([
      'imported moved (+15551234567); bring it online with: wactl connect moved',
    ]);
    expect(await there.store.get('moved')).toMatchObject({ fence: null, paired: true, wantsOnline: false });
    expect((await there.store.readKeys('moved', 'session', ['last'])).size).toBe(1);
  });

  it('a move that fails leaves the session as it was', async () => {
    const stuck = new WactlError('in_use', 'shop is held by process 7', 'end that process');
    const here = place({ holder: { disconnect: () => Promise.reject(stuck) } });
    await paired(here, 'shop', { wantsOnline: true });
    const before = await here.store.get('shop');
    const move = { ...exporting, ids: ['shop'], output: file, move: true, yes: true };
    expect(await outcome(runExport(here.cx, move))).toBe(
      'in_use (6): shop is held by process 7 | end that process',
    );
    expect(await here.store.get('shop')).toEqual(before);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('a move asks first, and without a terminal needs --yes', async () => {
    const here = place({ io: { canPrompt: true, answers: [false] } });
    await paired(here, 'shop');
    const move = { ...exporting, ids: ['shop'], output: file, move: true };
    expect(await outcome(runExport(here.cx, move))).toBe('declined (2): nothing was done');
    expect(here.io.stderr).toEqual([
      'Move shop (+15551234567) away? It does not connect here any more. [y/N]',
    ]);
    const pipe = place();
    await paired(pipe, 'shop');
    expect(await outcome(runExport(pipe.cx, move))).toMatch(/^usage \(2\): confirmation needed/);
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('the file of an export', () => {
  it('is private, replaces an older one, and leaves nothing beside it', async () => {
    const here = place();
    await paired(here, 'shop');
    writeFileSync(file, 'older', { mode: 0o644 });
    expect(await outcome(runExport(here.cx, { ...exporting, ids: ['shop'], output: file }))).toBe(0);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['sessions.age']);
    expect(here.io.stdout).toEqual([
      `copied shop to ${file}`,
      'an imported copy does not connect until: wactl connect ID --force',
    ]);
    expect(readFileSync(file, 'latin1')).toMatch(/^age-encryption\.org\/v1\n-> X25519 /);
    expect(readFileSync(file, 'latin1')).not.toContain('shop');
  });

  it.each([
    ['a directory', '', 'EEXIST|EISDIR|EACCES'],
    ['in a folder that is missing', 'no/where.age', 'ENOENT'],
  ])('that is %s is refused before anything is changed', async (_, path, code) => {
    const here = place({ holder: offline });
    await paired(here, 'shop');
    const move = { ...exporting, ids: ['shop'], output: join(directory, path), move: true, yes: true };
    expect(await outcome(runExport(here.cx, move))).toMatch(
      new RegExp(`^usage \\(2\\): the file ".*" cannot be written: (${code})`),
    );
    expect(await here.store.get('shop')).toMatchObject({ fence: null });
  });

  it('goes to stdout alone, as bytes to a pipe and as text to a terminal', async () => {
    const here = place();
    await paired(here, 'shop');
    await runExport(here.cx, { ...exporting, ids: ['shop'], output: '-', armor: true });
    expect(here.io.stdout[0]).toBe('-----BEGIN AGE ENCRYPTED FILE-----');
    expect(here.io.stderr[0]).toBe('copied shop');
    const terminal = place({ io: { stdoutIsTerminal: true } });
    await paired(terminal, 'shop');
    const toTerminal = { ...exporting, ids: ['shop'], output: '-' };
    expect(await outcome(runExport(terminal.cx, toTerminal))).toBe(
      'usage (2): the file is not text and would upset the terminal | add --armor, or give a file',
    );
    const there = place({ io: { stdin: here.io.stdout.join('\n') } });
    expect(await outcome(runImport(there.cx, { ...importing, file: '-' }))).toBe(0);
  });

  it('cannot go to stdout with --json, and has to go somewhere', async () => {
    const here = place(json);
    await paired(here, 'shop');
    expect(await outcome(runExport(here.cx, { ...exporting, ids: ['shop'], output: '-' }))).toMatch(
      /^usage \(2\): with --json/,
    );
    expect(await outcome(runExport(here.cx, { ...exporting, ids: ['shop'] }))).toMatch(
      /^usage \(2\): no file to write/,
    );
  });

  it('takes whole ids only', async () => {
    const here = place();
    await paired(here, 'shop');
    expect(await outcome(runExport(here.cx, { ...exporting, ids: ['sh'], output: file }))).toMatch(
      /^not_found \(3\)/,
    );
  });
});

describe('a passphrase', () => {
  const weak = { move: false, armor: false, yes: false, ids: ['shop'] };

  it('is asked for twice, and opens the file', async () => {
    const here = place({ io: { canPrompt: true, secrets: ['correct horse', 'correct horse'] } });
    await paired(here, 'shop');
    expect(await outcome(runExport(here.cx, { ...weak, output: file }))).toBe(0);
    expect(here.io.stderr).toEqual(['A passphrase for the file: [secret]', 'The same again: [secret]']);
    const there = place({ io: { canPrompt: true, secrets: ['correct horse'] } });
    expect(await outcome(runImport(there.cx, { yes: false, file }))).toBe(0);
    expect(there.io.stderr).toEqual(['The passphrase of the file: [secret]']);
    const wrong = place({ exportPassphrase: 'wrong' });
    expect(await outcome(runImport(wrong.cx, { yes: false, file }))).toBe(
      `file_locked (11): incorrect passphrase for ${file} | nothing was changed; try again`,
    );
    expect(await wrong.store.get('shop')).toBeUndefined();
  }, 60_000);

  it.each([
    [
      'that was typed differently',
      { canPrompt: true, secrets: ['one', 'two'] },
      'the two passphrases differ',
    ],
    ['that is empty', { canPrompt: true, secrets: [''] }, 'the passphrase is empty'],
    ['that nobody can be asked for', {}, 'a passphrase is needed, but there is no terminal to ask on'],
    ['in a file that is empty', { files: { secret: '\n' } }, 'the passphrase is empty'],
  ])('%s seals nothing', async (_case, io, message) => {
    const here = place({ io });
    await paired(here, 'shop');
    const flags = 'files' in io ? { passphraseFile: 'secret' } : {};
    expect(await outcome(runExport(here.cx, { ...weak, ...flags, output: file }))).toContain(message);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('cannot come from the same stdin as the file', async () => {
    const there = place();
    expect(await outcome(runImport(there.cx, { yes: false, file: '-', passphraseFile: '-' }))).toBe(
      'usage (2): stdin can be read only once | use a file for one of them',
    );
  });
});

describe('import', () => {
  const exported = async (...ids: string[]): Promise<void> => {
    const here = place();
    for (const [index, id] of ids.entries())
      await paired(here, id, {}, `1555123456${String(index)}:12@s.whatsapp.net`);
    await runExport(here.cx, { ...exporting, ids, output: file });
  };

  it('replaces a session only when told, and leaves it when the answer is no', async () => {
    await exported('shop');
    const there = place({ io: { canPrompt: true, answers: [false, true] } });
    await there.has({ id: 'shop', name: 'other' }, {});
    expect(await outcome(runImport(there.cx, { ...importing, file }))).toBe('declined (2): nothing was done');
    expect(there.io.stderr).toEqual([
      'Replace shop (+15551234567)? What is stored for it now is lost, and so is a device that is linked only there. [y/N]',
    ]);
    expect((await there.store.get('shop'))?.name).toBe('other');
    expect(await outcome(runImport(there.cx, { ...importing, file }))).toBe(0);
    expect((await there.store.get('shop'))?.name).toBe('Shop');
    const pipe = place();
    await pipe.has({ id: 'shop' });
    expect(await outcome(runImport(pipe.cx, { ...importing, file }))).toMatch(
      /^usage \(2\): confirmation needed/,
    );
  });

  it('does not replace a session that is online', async () => {
    await exported('shop', 'bar');
    const there = place({ holder: { held: () => Promise.resolve({} as never) } });
    await there.has({ id: 'bar' });
    const lease = { sessionId: 'bar', leaseId: 'l', pid: 7, socketPath: '/s', status: 'logged_in' } as const;
    await there.store.leases.acquire(lease);
    expect(await outcome(runImport(there.cx, { ...importing, file, yes: true }))).toBe(
      'in_use (6): a process holds bar | take it offline first: wactl disconnect bar',
    );
    expect(await there.store.get('shop')).toBeUndefined();
  });

  it('replaces a session whose process has died', async () => {
    await exported('shop');
    const there = place({ holder: { held: () => Promise.resolve(null) } });
    await there.has({ id: 'shop' });
    const lease = { sessionId: 'shop', leaseId: 'l', pid: 7, socketPath: '/s', status: 'logged_in' } as const;
    await there.store.leases.acquire(lease);
    expect(await outcome(runImport(there.cx, { ...importing, file, yes: true }))).toBe(0);
    expect((await there.store.get('shop'))?.name).toBe('Shop');
  });

  it('refuses a device that is here under another id, and says how to put it in that place', async () => {
    await exported('shop');
    const there = place();
    await paired(there, 'store', {}, '15551234560:12@s.whatsapp.net');
    expect(await outcome(runImport(there.cx, { ...importing, file }))).toBe(
      'already_exists (3): the device of shop is here already, as session "store" | ' +
        'to put it in the place of that session, import it alone, with: --as store',
    );
    expect(await outcome(runImport(there.cx, { ...importing, file, as: 'store', yes: true }))).toBe(0);
  });

  it.each([
    [
      '--as with two sessions',
      { as: 'x' },
      /^usage \(2\): --as is for a file with one session; this one has 2: a, b/,
    ],
    ['no identity', { identity: undefined }, /^usage \(2\): .* is sealed for the owner of a key/],
    ['an identity that is none', { identity: 'secret' }, /^usage \(2\): the identity file has a line/],
    ['another identity', { identity: 'other' }, /^file_locked \(11\): .* is sealed for another key/],
  ])('with %s stores nothing', async (_, flags, message) => {
    await exported('a', 'b');
    const there = place({ io: { files: { secret: 'hunter2', other: await generateIdentity() } } });
    const options = { ...importing, ...flags, file };
    expect(await outcome(runImport(there.cx, options as never))).toMatch(message);
    expect((await there.store.list({ page: 1, perPage: 9 })).total).toBe(0);
  });

  it('of a file that was changed or cut anywhere stores nothing', async () => {
    await exported('shop');
    const whole = readFileSync(file);
    const changes = [0, 10, 40, 120, 200, whole.length - 1].map((index) => {
      const changed = Buffer.from(whole);
      changed.writeUInt8(changed.readUInt8(index) ^ 1, index);
      return changed;
    });
    for (const bytes of [
      ...changes,
      whole.subarray(0, -1),
      whole.subarray(0, 100),
      Buffer.alloc(0),
      Buffer.from('x'),
    ]) {
      writeFileSync(file, bytes);
      const there = place();
      expect(await outcome(runImport(there.cx, { ...importing, file }))).toMatch(
        /^(file_damaged|file_locked) \(11\)/,
      );
      expect((await there.store.list({ page: 1, perPage: 9 })).total).toBe(0);
    }
  });
});

describe('backup', () => {
  it('has every session, and leaves out those that are damaged, with exit 11', async () => {
    const here = place();
    await paired(here, 'a');
    await paired(here, 'b', {}, '15550000002:1@s.whatsapp.net');
    await paired(here, 'c', {}, '15550000003:1@s.whatsapp.net');
    const readWhole = here.store.readWhole.bind(here.store);
    here.store.readWhole = (id) =>
      id === 'b'
        ? Promise.reject(new WactlError('store_damaged', 'the stored data of session "b" is damaged'))
        : readWhole(id);
    expect(await runBackup(here.cx, { file, recipient, armor: false })).toBe(11);
    expect(here.io.stdout).toEqual([`backed up 2 sessions to ${file}`]);
    expect(here.io.stderr).toEqual([
      'warning: the stored data of session "b" is damaged; it is not in the backup',
    ]);
    const there = place(json);
    await runImport(there.cx, { ...importing, file });
    expect(there.io.documents).toMatchObject([{ imported: ['a', 'c'], replaced: [], fenced: ['a', 'c'] }]);
  });

  const waits = {
    id: 'msg_1',
    type: 'message',
    body: '{"text":"hello"}',
    createdAt: new Date(at),
    expiresAt: null,
  } as const;
  const qr = { ...waits, id: 'msg_2', type: 'session.qr', expiresAt: new Date('2030-01-01') } as const;

  /** A world with something of everything. */
  async function furnished(): Promise<World & { readonly token: string }> {
    const here = place(json);
    await paired(here, 'a');
    await appendEvents(here.store, firstBox('a'), 'https://example.com/', [waits, qr]);
    const { token } = await here.store.tokens.create({ name: 'ci', scope: 'read', sessionId: 'a' });
    here.portable.values = { device_name: 'Shop', proxy: 'http://ada:hunter2@127.0.0.1:1' };
    return { ...here, token };
  }

  it('has the events that wait, the tokens and the settings; import brings all of it back', async () => {
    const here = await furnished();
    expect(await runBackup(here.cx, { file, recipient, armor: false })).toBe(0);
    expect(here.io.documents).toEqual([
      {
        backed_up: ['a'],
        waiting_events: 1,
        tokens: ['ci'],
        settings: ['device_name', 'proxy'],
        output: file,
      },
    ]);
    const there = place(json);
    expect(await outcome(runImport(there.cx, { ...importing, file }))).toBe(0);
    expect(there.io.documents).toEqual([
      {
        imported: ['a'],
        replaced: [],
        fenced: ['a'],
        waiting_events: 1,
        tokens: ['ci'],
        settings: ['device_name', 'proxy'],
      },
    ]);
    expect(await there.store.outbox.next(firstBox('a'))).toMatchObject(waits);
    expect((await there.store.outbox.list(firstBox('a'), 10)).pending).toBe(1);
    expect(await there.store.tokens.find(here.token)).toEqual(await here.store.tokens.find(here.token));
    expect(there.portable.values).toEqual(here.portable.values);
  });

  it('asks before a setting, a token or a session is replaced, and changes nothing without an answer', async () => {
    const here = await furnished();
    await runBackup(here.cx, { file, recipient, armor: false });
    const there = place({ io: { canPrompt: true, answers: [false] } });
    there.portable.values = { device_name: 'Laptop' };
    const { token } = await there.store.tokens.create({ name: 'ci', scope: 'admin', sessionId: null });
    expect(await outcome(runImport(there.cx, { ...importing, file }))).toBe('declined (2): nothing was done');
    expect(there.io.stderr).toEqual(['Replace the setting device_name, the token ci? [y/N]']);
    expect(await there.store.get('a')).toBeUndefined();
    expect(there.portable.values).toEqual({ device_name: 'Laptop' });
    expect(await outcome(runImport(there.cx, { ...importing, file, yes: true }))).toBe(0);
    expect(there.portable.values).toEqual(here.portable.values);
    expect(await there.store.tokens.find(token)).toBeUndefined();
    expect(await there.store.tokens.find(here.token)).toMatchObject({ scope: 'read', sessionId: 'a' });
    // Nothing is replaced by the same.
    const again = place();
    await runImport(again.cx, { ...importing, file });
    await again.store.remove('a', { evenLinked: true });
    expect(await outcome(runImport(again.cx, { ...importing, file }))).toBe(0);
  });

  it('gives a single session under another id, and nothing else then', async () => {
    const here = await furnished();
    await runBackup(here.cx, { file, recipient, armor: false });
    const there = place();
    expect(await outcome(runImport(there.cx, { ...importing, file, as: 'b' }))).toBe(0);
    expect(there.portable.values).toEqual({});
    expect(await there.store.tokens.list()).toEqual([]);
    expect(await there.store.get('b')).toMatchObject({ paired: true });
    expect(await there.store.outbox.next(firstBox('b'))).toBeUndefined();
  });

  it('is the only file with events: a copy and a move leave them where they are delivered from', async () => {
    const here = place({ ...json, holder: offline });
    await paired(here, 'a');
    await appendEvents(here.store, firstBox('a'), 'https://example.com/', [waits]);
    for (const move of [false, true]) {
      await runExport(here.cx, { ...exporting, ids: ['a'], output: file, move, yes: true });
      const there = place();
      await runImport(there.cx, { ...importing, file });
      expect(await there.store.outbox.next(firstBox('a'))).toBeUndefined();
    }
    expect(await here.store.outbox.next(firstBox('a'))).toMatchObject(waits);
  });

  it('of nothing is a file too', async () => {
    const here = place();
    expect(await runBackup(here.cx, { file, recipient, armor: true })).toBe(0);
    const there = place();
    await runImport(there.cx, { ...importing, file });
    expect(there.io.stdout).toEqual(['the file has no sessions']);
  });
});
