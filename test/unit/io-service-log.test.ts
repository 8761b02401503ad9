import { describe, expect, it } from 'vitest';
import { InterruptedError, UsageError } from '../../src/errors.ts';
import type { IoOptions } from '../../src/terminal/create-io.ts';
import type { ServiceLogOptions } from '../../src/ports/io.ts';
import { openTestIo } from '../support/open-test-io.ts';

const terminal = { columns: 80, rows: 24 };
const time = '2026-01-01T00:00:00.000Z';

async function opened(
  log: ServiceLogOptions,
  options: Partial<IoOptions> = {},
  stderrSize?: typeof terminal,
) {
  const { io, stderr, stdout, clock } = await openTestIo(stderrSize ? { stderr: stderrSize } : {}, {
    color: false,
    ...options,
  });
  const now = clock.now().toISOString();
  const service = await io.serviceLog(log);
  const lines = (): string[] => stderr.written.replaceAll(now, time).trimEnd().split('\n');
  const records = (): unknown[] => lines().map((line) => JSON.parse(line) as unknown);
  return { io, service, stdout, lines, records };
}

describe('the log of a service', () => {
  it('as JSON is an object a line, whatever is written to stderr', async () => {
    const { io, service, records } = await opened({ format: 'json' });
    service.line('info', 'logged in', { session: 'a', status: 'logged_in', code: null });
    io.warn('no\nproxy\x1b[2J');
    io.say('hello');
    io.log('trace', 'from the engine');
    service.audit({ action: 'deleteSession', session: 'a', by: 'ci', from: '::1', status: 200 });
    io.error(new UsageError('wrong', 'do it so'));
    expect(records()).toEqual([
      { time, level: 'info', msg: 'logged in', session: 'a', status: 'logged_in', code: null },
      { time, level: 'warn', msg: 'no\nproxy\x1b[2J' },
      { time, level: 'info', msg: 'hello' },
      { time, level: 'trace', msg: 'from the engine' },
      {
        time,
        level: 'info',
        msg: 'audit',
        session: 'a',
        action: 'deleteSession',
        by: 'ci',
        from: '::1',
        status: 200,
      },
      { time, level: 'error', msg: 'wrong', code: 'usage', hint: 'do it so' },
    ]);
  });

  it('as text has time and level in a file, and stays one line', async () => {
    const { io, service, lines } = await opened({});
    service.line('info', 'logged in', { session: 'a' });
    io.warn('no\nproxy\x1b[2J');
    service.audit({ action: 'deleteSession', session: 'a', by: 'ci', status: 200 });
    io.error(new InterruptedError('SIGTERM'));
    expect(lines()).toEqual([
      `${time} info  a: logged in`,
      `${time} warn  no proxy`,
      `${time} info  audit: action=deleteSession session=a by=ci status=200`,
      `${time} info  stopped by SIGTERM`,
    ]);
  });

  it('as text is the words alone on a terminal', async () => {
    const { io, service, lines } = await opened({ level: 'debug' }, {}, terminal);
    service.line('info', 'logged in', { session: 'a' });
    service.line('debug', 'GET / 200');
    service.line('error', 'broken');
    io.warn('no proxy');
    io.error(new UsageError('wrong', 'do it so'));
    expect(lines()).toEqual([
      'a: logged in',
      'debug: GET / 200',
      'wactl: error: broken',
      'wactl: warning: no proxy',
      'wactl: error: wrong',
      'wactl: hint: do it so',
    ]);
  });

  it.each<[string, ServiceLogOptions, Partial<IoOptions>, string]>([
    ['says all but requests', {}, {}, 'error warn info'],
    ['says everything with --verbose', {}, { verbose: true }, 'error warn info debug'],
    ['says failures with --quiet', {}, { quiet: true, warns: false }, 'error'],
    ['says warnings beside --json', {}, { quiet: true }, 'error warn'],
    ['says all that it is asked for beside --json', { format: 'json' }, { quiet: true }, 'error warn info'],
    ['keeps to its level', { level: 'debug' }, { quiet: true, warns: false }, 'error warn info debug'],
  ])('%s', async (_, log, options, levels) => {
    const { service, lines } = await opened(log, options);
    for (const level of ['error', 'warn', 'info', 'debug'] as const) service.line(level, `${level}!`);
    expect(lines().map((line) => /\w+(?=!)/.exec(line)?.[0])).toEqual(levels.split(' '));
  });

  it('tells an audit line at every level', async () => {
    const { service, lines } = await opened({ level: 'error' });
    service.audit({ action: 'createSession', by: 'ci', status: 201 });
    expect(lines()).toEqual([`${time} info  audit: action=createSession by=ci status=201`]);
  });

  it('leaves stdout its events, and the error that ends it', async () => {
    const { io, stdout, records } = await opened({ format: 'json' }, { json: true, quiet: true });
    io.event({ event: 'ready' });
    io.error(new UsageError('wrong'));
    expect(stdout.written.split('\n')[0]).toBe('{"event":"ready"}');
    expect(stdout.written).toContain('"event":"error"');
    expect(records()).toEqual([{ time, level: 'error', msg: 'wrong', code: 'usage' }]);
  });
});
