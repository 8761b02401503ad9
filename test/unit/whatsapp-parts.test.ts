import { EventEmitter } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DEFAULT_CONNECTION_CONFIG } from '@whiskeysockets/baileys';
import { describe, expect, it, vi } from 'vitest';
import { clientVersions, versionWords } from '../../src/whatsapp/client-version.ts';
import { browserOf } from '../../src/whatsapp/device-name.ts';
import { endingOf, endingOfHttp } from '../../src/whatsapp/ending.ts';
import type { Phase } from '../../src/whatsapp/ending.ts';
import { engineInfo } from '../../src/whatsapp/engine-info.ts';
import { createBaileysLogger } from '../../src/whatsapp/engine-log.ts';
import { createEngineScope, outsideScope } from '../../src/whatsapp/patches/engine-scope.ts';
import { isolateListeners } from '../../src/whatsapp/patches/isolate-listeners.ts';
import { TunnelError } from '../../src/domain/proxy.ts';
import { isNewer, parseVersion, versionInPage } from '../../src/whatsapp/whatsapp-version.ts';

const boom = (statusCode: number, data?: unknown, message = 'x') => ({
  message,
  data,
  output: { statusCode },
});
const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

describe('endingOf', () => {
  it.each<[unknown, Phase, string, number | null]>([
    [boom(408, refused), 'connecting', 'unreachable', null],
    [boom(408, refused), 'live', 'connection_lost', null],
    [boom(408, new TunnelError('no')), 'connecting', 'proxy_failed', null],
    [
      boom(408, new Error('x'), 'WebSocket Error (Opening handshake has timed out)'),
      'connecting',
      'timed_out',
      408,
    ],
    [boom(408), 'connecting', 'timed_out', 408],
    [boom(408), 'live', 'connection_lost', 408],
    [boom(401), 'pairing', 'pairing_refused', 401],
    [boom(401), 'logging_in', 'logged_out', 401],
    [boom(401), 'live', 'logged_out', 401],
    [boom(428), 'live', 'connection_closed', 428],
    [boom(440), 'live', 'replaced', 440],
    [boom(515), 'pairing', 'restart_required', 515],
    [new TypeError('a bug'), 'live', 'server_error', null],
    [undefined, 'live', 'server_error', null],
  ])('%s while %s is %s', (error, phase, reason, code) => {
    expect(endingOf(error, phase)).toMatchObject({ reason, code });
  });

  it.each([
    [503, 'unavailable'],
    [500, 'unavailable'],
    [429, 'unavailable'],
    [403, 'unreachable'],
    [404, 'unreachable'],
  ])('HTTP %i is %s', (status, reason) => {
    expect(endingOfHttp(status)).toMatchObject({ reason, code: status });
  });
});

describe('versions', () => {
  it.each([
    ['2.3000.1043857760', [2, 3000, 1043857760]],
    ['2.3000', undefined],
    ['2.3000.x', undefined],
    ['', undefined],
  ])('reads %j', (text, version) => expect(parseVersion(text)).toEqual(version));

  it.each([
    ['"client_revision":1043857760,', [2, 3000, 1043857760]],
    ['\\"client_revision\\":1043857760,', [2, 3000, 1043857760]],
    ['"client_revision":1043857760, "client_revision":1043857761', [2, 3000, 1043857760]],
    ['"client_revision":"1043857760"', undefined],
    ['<html>', undefined],
  ])('finds in %j', (text, version) => expect(versionInPage(text)).toEqual(version));

  it('compares part by part', () => {
    expect(isNewer([2, 3000, 2], [2, 3000, 1])).toBe(true);
    expect(isNewer([2, 3000, 1], [2, 3000, 1])).toBe(false);
    expect(isNewer([2, 2999, 9], [2, 3000, 1])).toBe(false);
  });
});

describe('browserOf', () => {
  it('has the device name first, without control characters, then a known browser', () => {
    expect(browserOf('Support\x1b[2J Desk')).toEqual(['Support[2J Desk', 'Chrome', '10.15.7']);
    expect(browserOf('  ')[0]).toBe('wactl');
    expect(browserOf('x'.repeat(99))[0]).toHaveLength(50);
  });
});

describe('the log', () => {
  it('keeps the sentence and harmless facts, and nothing that could be a secret', () => {
    const lines: string[] = [];
    const logger = createBaileysLogger((level, message) => lines.push(`${level} ${message}`));
    logger.info(
      { preKey: 'SECRET', creds: { a: 'SECRET' }, count: 5, ok: true, bytes: Buffer.from('SECRET') },
      'did it',
    );
    logger.warn({ err: new Error('failed\nSECRET second line') }, 'oh');
    logger.info('offline preview received', '{"tag":"SECRET"}');
    logger.child({ class: 'x' }).error({ me: 'SECRET' }, 'x'.repeat(200));
    expect(lines.slice(0, 3)).toEqual([
      'info did it count=5 ok=true',
      'warn oh err=Error: failed',
      'info offline preview received',
    ]);
    expect(lines.join()).not.toContain('SECRET');
    expect(logger.level).not.toBe('trace');
  });
});

describe('an error of the engine', () => {
  const { Boom } = createRequire(import.meta.url)('@hapi/boom') as { Boom: new (text: string) => Error };
  const bug = new ReferenceError('$protobuf is not defined');
  it.each<['debug' | 'warn' | 'error', string, object, boolean]>([
    ['error', 'error in handling message', { error: new Error('odd') }, true],
    ['error', 'error in handling message', { error: new Boom('Unknown message type') }, false],
    ['error', "unexpected error in 'init queries'", { err: new Boom('not-authorized') }, false],
    ['error', 'failed to decrypt message', { err: new Error('Bad MAC') }, false],
    ['error', 'failed to decrypt message', { err: bug }, true],
    ['error', 'transaction failed, rolling back', { error: new RangeError('index out of range') }, false],
    ['error', 'transaction failed, rolling back', { error: bug }, true],
    ['warn', 'failed to store mappings', { err: new Error('no') }, false],
    ['warn', 'failed to store mappings', { err: bug }, true],
    ['debug', 'failed to sync', { error: bug.stack }, true],
    ['warn', 'no picture', { err: new TypeError('fetch failed') }, false],
  ])('%s %s %o: %s', (level, sentence, fields, isOne) => {
    const errors: string[] = [];
    createBaileysLogger(undefined, (message) => errors.push(message))[level](fields, sentence);
    expect(errors).toHaveLength(isOne ? 1 : 0);
  });

  it('is logged as one, whatever Baileys takes it for', () => {
    const lines: string[] = [];
    createBaileysLogger((level, message) => lines.push(`${level} ${message}`)).warn({ err: bug }, 'oh');
    expect(lines).toEqual(['error oh err=ReferenceError: $protobuf is not defined']);
  });
});

describe('listeners', () => {
  it('fail without affecting each other', async () => {
    const emitter = new EventEmitter();
    const failures: unknown[] = [];
    const heard: string[] = [];
    isolateListeners(emitter, (error) => failures.push(error));
    emitter.on('x', () => {
      throw new Error('throws');
    });
    emitter.on('x', (): unknown => Promise.reject(new Error('rejects')));
    emitter.once('x', (word: string) => heard.push(word));
    expect([emitter.emit('x', 'one'), emitter.emit('x', 'two'), emitter.emit('nobody')]).toEqual([
      true,
      true,
      false,
    ]);
    await Promise.resolve();
    expect(heard).toEqual(['one']);
    expect(failures.map(String)).toEqual([
      'Error: throws',
      'Error: throws',
      'Error: rejects',
      'Error: rejects',
    ]);
  });
});

describe('an engine scope', () => {
  it('silences the console inside, and only there', async () => {
    const info = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const scope = createEngineScope();
    const said: boolean[] = [];
    await scope.run(async () => {
      await Promise.resolve();
      // eslint-disable-next-line no-console
      console.info('private key');
      said.push(info.mock.calls.length > 0);
    });
    info.mockRestore();
    expect(said).toEqual([false]);
  });

  it('cancels the timers that were made inside, and no others', async () => {
    const scope = createEngineScope();
    const fired: string[] = [];
    const outside = new Promise<void>((resolve) => setTimeout(() => resolve(void fired.push('outside')), 5));
    const left = scope.run(() => {
      setTimeout(() => fired.push('inside'), 1);
      setInterval(() => fired.push('interval'), 1);
      return new Promise<void>((resolve) => {
        outsideScope(() => setTimeout(() => resolve(void fired.push('left')), 5));
      });
    });
    scope.clearTimers();
    await Promise.all([outside, left]);
    expect(fired.sort()).toEqual(['left', 'outside']);
  });
});

describe('engineInfo', () => {
  it('names the Baileys that is installed, and its version of WhatsApp Web', async () => {
    const packageFile = new URL('../../node_modules/@whiskeysockets/baileys/package.json', import.meta.url);
    const { version } = JSON.parse(await readFile(packageFile, 'utf8')) as { version: string };
    expect(engineInfo(clientVersions().of({ endpoint: null }))).toEqual({
      name: 'baileys',
      version,
      whatsappVersion: DEFAULT_CONNECTION_CONFIG.version.join('.'),
      whatsappVersionSource: 'bundled',
      whatsappVersionFetchedAt: null,
    });
  });

  const fetchedAt = new Date(1);
  const bundled = DEFAULT_CONNECTION_CONFIG.version.join('.');
  it.each([
    ['2.3000.5', '2.3000.999999999999', '2.3000.5', 'set', null],
    [undefined, '2.3000.999999999999', '2.3000.999999999999', 'fetched', fetchedAt],
    [undefined, bundled, bundled, 'fetched', fetchedAt],
    [undefined, '2.3000.5', bundled, 'bundled', null],
    [undefined, 'nonsense', bundled, 'bundled', null],
  ])('set %s, fetched %s: says %s, which is %s', (set, version, said, source, at) => {
    const cache = { read: () => ({ version, fetchedAt }), keep: () => undefined };
    expect(engineInfo(clientVersions({ set, cache }).of({ endpoint: null }))).toMatchObject({
      whatsappVersion: said,
      whatsappVersionSource: source,
      whatsappVersionFetchedAt: at,
    });
  });

  it.each([
    ['set', null, 'from the settings'],
    ['program', null, 'chosen by the program'],
    ['bundled', null, 'built into wactl'],
    ['fetched', new Date('2026-03-01T09:00:00Z'), 'looked up 3 hours ago'],
    ['fetched', null, 'looked up some time ago'],
  ] as const)('a version that is %s of %s is one %s', (source, at, words) => {
    const now = new Date('2026-03-01T12:00:00Z');
    expect(versionWords({ version: [2, 3000, 1], source, fetchedAt: at }, now)).toBe(
      `wactl identified itself as WhatsApp Web 2.3000.1, ${words}`,
    );
  });
});
