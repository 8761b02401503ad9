import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { InterruptedError, SessionNotFoundError, WactlError } from '../../src/errors.ts';
import { createIo } from '../../src/terminal/create-io.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { FakeTerminal, fakeInput } from '../support/fake-terminal.ts';
import { noSignals, openTestIo } from '../support/open-test-io.ts';

const terminal = { columns: 80, rows: 24 };

describe('results', () => {
  it('are words for a person', async () => {
    const { io, stdout, stderr } = await openTestIo();
    io.result({ id: 'a' }, () => 'a is there');
    io.event({ event: 'status' });
    expect([stdout.written, stderr.written]).toEqual(['a is there\n', '']);
  });

  it('print nothing when they are empty', async () => {
    const { io, stdout } = await openTestIo();
    io.result({ id: 'a' }, () => '');
    expect(stdout.written).toBe('');
  });

  it('are one line of JSON with --json, and so are events', async () => {
    const { io, stdout, stderr } = await openTestIo({}, { json: true });
    io.event({ event: 'status', id: 'a' });
    io.result({ id: 'a' }, () => 'a is there');
    expect([stdout.written, stderr.written]).toEqual(['{"event":"status","id":"a"}\n{"id":"a"}\n', '']);
  });

  it('cannot do anything to a terminal', async () => {
    const { io, stdout } = await openTestIo({ stdout: terminal });
    io.result({}, () => 'name  Anna\x1b]0;owned\x07\u009b2J');
    expect(stdout.written).toBe('name  Anna\n');
  });

  it('are bytes as they are, and text with a line end, when raw', async () => {
    const { io, stdout } = await openTestIo();
    io.raw('2@abc');
    io.raw(Uint8Array.of(0x89, 0x50));
    expect(stdout.written).toBe('2@abc\n\x89P');
  });
});

describe('progress messages', () => {
  it('go to stderr', async () => {
    const { io, stdout, stderr } = await openTestIo();
    io.say('connecting\x07');
    io.done('done');
    io.warn('no\nproxy');
    expect([stdout.written, stderr.written]).toEqual(['', 'connecting \ndone\nwactl: warning: no proxy\n']);
  });

  it('hide warnings too where a person wants silence, but no error and nothing that was asked for', async () => {
    const { io, stderr } = await openTestIo({}, { quiet: true, warns: false });
    io.warn('no proxy');
    io.say('connecting');
    io.tell('the code');
    io.error(new WactlError('unreachable', 'no network'));
    expect(stderr.written).toBe('the code\nwactl: error: no network\n');
  });

  it('are hidden by quiet streams, except warnings', async () => {
    const { io, stderr } = await openTestIo({}, { quiet: true });
    io.say('connecting');
    io.done('done');
    io.warn('no proxy');
    expect(stderr.written).toBe('wactl: warning: no proxy\n');
  });

  it('have colour on a terminal', async () => {
    const { io, stderr } = await openTestIo({ stderr: terminal });
    io.done('done');
    expect(stderr.written).toBe('\x1b[32mdone\x1b[39m\n');
  });
});

describe('errors', () => {
  const notFound = new SessionNotFoundError('x');

  it('are a line, and a line with a hint', async () => {
    const { io, stdout, stderr } = await openTestIo();
    io.error(notFound);
    io.error(new WactlError('internal', 'two\nlines'));
    expect([stdout.written, stderr.written]).toEqual([
      '',
      'wactl: error: no session is called "x"\nwactl: hint: see them with: wactl list\nwactl: error: two lines\n',
    ]);
  });

  it('are a document with --json', async () => {
    const { io, stdout, stderr } = await openTestIo({}, { json: true });
    io.error(notFound);
    expect([stdout.written, stderr.written]).toEqual([
      '{"error":{"code":"not_found","message":"no session is called \\"x\\"","hint":"see them with: wactl list","exit_status":3}}\n',
      '',
    ]);
  });

  it('are the last event after other events', async () => {
    const { io, stdout } = await openTestIo({}, { json: true });
    io.event({ event: 'status' });
    io.error(new WactlError('timed_out', 'too late'));
    expect(stdout.written.split('\n')[1]).toBe(
      '{"event":"error","error":{"code":"timed_out","message":"too late","hint":null,"exit_status":5}}',
    );
  });
});

describe('confirm', () => {
  it.each([
    ['y\n', true],
    ['YES\n', true],
    [' yes \n', true],
    ['\n', false],
    ['yep\n', false],
    ['n\n', false],
  ])('%j is %s', async (typed, agreed) => {
    const { io, stdin, stdout, stderr } = await openTestIo({ stderr: terminal }, { color: false });
    expect(io.canPrompt).toBe(true);
    const answer = io.confirm('Delete my-phone?');
    stdin.write(typed);
    expect(await answer).toBe(agreed);
    expect([stdout.written, stderr.written]).toEqual(['', 'Delete my-phone? [y/N] ']);
  });

  it('is no when the input ends', async () => {
    const { io, stdin } = await openTestIo({ stderr: terminal });
    const answer = io.confirm('Delete?');
    stdin.end();
    expect(await answer).toBe(false);
  });

  it('ends with the signal', async () => {
    const stopping = new AbortController();
    const { io } = await openTestIo({ stderr: terminal }, { signal: stopping.signal });
    const answer = io.confirm('Delete?');
    stopping.abort(new InterruptedError('SIGINT'));
    await expect(answer).rejects.toThrow('stopped by SIGINT');
  });

  it('is impossible without a terminal', async () => {
    expect((await openTestIo()).io.canPrompt).toBe(false);
  });
});

describe('readAll', () => {
  it('is all of stdin', async () => {
    const { io, stdin } = await openTestIo();
    const all = io.readAll('-');
    stdin.write('one\n');
    stdin.end('dvě\n');
    expect(await all).toBe('one\ndvě\n');
  });

  it('ends with the signal', async () => {
    const stopping = new AbortController();
    const { io } = await openTestIo({}, { signal: stopping.signal });
    const all = io.readAll('-');
    stopping.abort(new InterruptedError('SIGTERM'));
    await expect(all).rejects.toThrow('stopped by SIGTERM');
  });
});

describe('a stream that fails', () => {
  const failing = (code: string): Writable =>
    new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error(`write ${code}`), { code })),
    });
  const open = async (code: string) => {
    const told: string[] = [];
    const io = await createIo({
      stdin: fakeInput(false),
      stdout: failing(code),
      stderr: new FakeTerminal(),
      env: {},
      json: true,
      quiet: false,
      verbose: false,
      color: true,
      clock: new FakeClock(),
      signals: noSignals,
      signal: new AbortController().signal,
      onReaderGone: () => told.push('gone'),
    });
    return { io, told };
  };

  it('ends quietly when its reader has gone, which it reports once', async () => {
    const { io, told } = await open('EPIPE');
    io.event({ seq: 1 });
    io.event({ seq: 2 });
    await io.end();
    io.event({ seq: 3 });
    await io.end();
    expect(told).toEqual(['gone']);
  });

  it('is an error when the disk is full', async () => {
    const { io, told } = await open('ENOSPC');
    io.result({}, () => '');
    await expect(io.end()).rejects.toMatchObject({
      code: 'internal',
      message: 'the output could not be written: write ENOSPC',
    });
    expect(told).toEqual([]);
  });
});

describe('the spinner', () => {
  it('draws nothing without a terminal', async () => {
    for (const size of [undefined, { columns: 0, rows: 0 }]) {
      const { io, stderr, clock } = await openTestIo(size ? { stderr: size } : {});
      const spinner = io.spinner('connecting');
      await clock.advance(60_000);
      spinner.text('still connecting');
      spinner.stop();
      expect(stderr.written).toBe('');
    }
  });

  it('does not appear for short work', async () => {
    const { io, stderr, clock } = await openTestIo({ stderr: terminal });
    const spinner = io.spinner('connecting');
    await clock.advance(399);
    spinner.stop();
    await clock.advance(60_000);
    expect(stderr.written).toBe('');
    expect(clock.sleeping).toEqual([]);
  });
});
