import { describe, expect, it } from 'vitest';
import { runConfig } from '../../src/commands/config.ts';
import { runUpdate } from '../../src/commands/update.ts';
import type { UpdateOptions } from '../../src/commands/update.ts';
import type { SettingRow } from '../../src/ports/settings.ts';
import { WactlError } from '../../src/errors.ts';
import { webhookEvents } from '../../src/domain/session.ts';
import { outcome, world } from '../support/fake-context.ts';
import { FakeSettingsTable } from '../support/fake-settings.ts';

const json = { io: { json: true } };

describe('update', () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const old = { url: 'https://a.example/', events: ['message'] as const, secret, viaProxy: false };

  it.each<[Partial<UpdateOptions>, object, string]>([
    [{ name: 'Ada' }, { name: 'Ada', webhook: old, proxy: 'http://p:1' }, 'name'],
    [{ name: '' }, { name: null }, 'name'],
    [{ proxy: 'http://q:1' }, { proxy: 'http://q:1' }, 'proxy'],
    [{ proxy: false }, { proxy: null }, 'proxy'],
    [{ webhook: false }, { webhook: null }, 'webhook'],
    [{ webhookProxy: true }, { webhook: { ...old, viaProxy: true } }, 'webhook'],
    [{ webhookUrl: 'https://b.example/' }, { webhook: { ...old, url: 'https://b.example/' } }, 'webhook'],
    [
      { webhookUrl: 'http://b.example/', webhookInsecure: true },
      { webhook: { ...old, url: 'http://b.example/' } },
      'webhook',
    ],
    [{ webhookEvents }, { webhook: { ...old, events: webhookEvents } }, 'webhook'],
    [
      { name: 'Ada', proxy: false, webhook: false },
      { name: 'Ada', webhook: null, proxy: null },
      'name, webhook, proxy',
    ],
  ])('%j', async (options, changed, named) => {
    const { cx, io, has, store } = world();
    await has({ id: 'a', name: 'first', webhook: old, proxy: 'http://p:1' });
    expect(await outcome(runUpdate(cx, { id: 'a', webhook: true, ...options }))).toBe(0);
    expect(await store.get('a')).toMatchObject(changed);
    expect(io.stderr).toEqual([`done: a: ${named} changed`]);
  });

  it('keeps the proxy that webhooks go through, unless --no-webhook-proxy is given', async () => {
    const { cx, has, store } = world();
    await has({ id: 'a', webhook: { ...old, viaProxy: true }, proxy: 'http://p:1' });
    const without = { id: 'a', webhook: true, proxy: false } as const;
    expect(await outcome(runUpdate(cx, without))).toMatch(/^usage \(2\): webhooks should go through/);
    expect(await store.get('a')).toMatchObject({ proxy: 'http://p:1' });
    expect(await outcome(runUpdate(cx, { ...without, webhookProxy: false }))).toBe(0);
    expect(await store.get('a')).toMatchObject({ proxy: null, webhook: { viaProxy: false } });
  });

  it('with --json prints the record, and no secret', async () => {
    const { cx, io, has } = world(json);
    await has({ id: 'a' });
    const options = { id: 'a', webhook: true, webhookUrl: 'https://b.example/', webhookSecret: secret };
    expect(await outcome(runUpdate(cx, options))).toBe(0);
    expect(io.documents).toMatchObject([{ id: 'a', name: null }]);
    expect(io.stdout.join()).not.toContain(secret);
  });

  it.each<[Partial<UpdateOptions>, RegExp]>([
    [{}, /^usage \(2\): nothing to change/],
    [{ webhookSecret: secret }, /^usage \(2\): webhook events, a secret, headers or a proxy need/],
    [{ webhookUrl: 'ftp://b.example/' }, /^usage \(2\): invalid webhook address/],
    [{ webhookUrl: 'http://b.example/' }, /^usage \(2\): .* must begin with https.*--webhook-insecure$/],
    [{ webhook: false, webhookEvents }, /^usage \(2\): --no-webhook removes the webhook/],
    [
      { webhookUrl: 'https://b.example/', webhookProxy: true },
      /^usage \(2\): .* the proxy of the session, but it has none .*--no-webhook-proxy$/,
    ],
    [{ id: 'x', name: 'Ada' }, /^not_found \(3\)/],
  ])('%j is refused', async (options, words) => {
    const { cx, has } = world();
    await has({ id: 'a' });
    expect(await outcome(runUpdate(cx, { id: 'a', webhook: true, ...options }))).toMatch(words);
  });
});

describe('config', () => {
  const rows: SettingRow[] = [
    { key: 'proxy', value: null, source: 'default', about: 'proxy of new sessions' },
    { key: 'max_retries', value: '7', source: 'file', about: 'when to give up' },
  ];
  const table = (): FakeSettingsTable => new FakeSettingsTable(...rows);

  it.each<[Parameters<typeof runConfig>[1], string, string[]]>([
    [{ action: 'get', key: 'max_retries' }, JSON.stringify(rows[1]), []],
    [{ action: 'set', key: 'max_retries', value: '7' }, JSON.stringify(rows[1]), ['set max_retries 7']],
    [{ action: 'unset', key: 'proxy' }, JSON.stringify(rows[0]), ['unset proxy']],
    [{ action: 'path' }, '{"path":"/config/settings.json"}', []],
    [
      { action: 'list' },
      JSON.stringify({
        proxy: { value: null, source: 'default', about: 'proxy of new sessions' },
        max_retries: { value: '7', source: 'file', about: 'when to give up' },
      }),
      [],
    ],
  ])('%j', async (options, document, done) => {
    const settings = { table: table() };
    const { cx, io } = world({ ...json, settings });
    expect(await outcome(runConfig(cx, options))).toBe(0);
    expect(io.stdout).toEqual([document]);
    expect(settings.table.done).toEqual(done);
  });

  it('prints the bare value for people', async () => {
    const { cx, io } = world({ settings: { table: table() } });
    await runConfig(cx, { action: 'get', key: 'max_retries' });
    await runConfig(cx, { action: 'get', key: 'proxy' });
    expect(io.stdout).toEqual(['7']);
  });

  it('refuses unknown settings and values', async () => {
    const { cx } = world({ settings: { table: table() } });
    expect(await outcome(runConfig(cx, { action: 'get', key: 'x' }))).toBe(
      'usage (2): unknown setting "x" | one of: proxy, max_retries',
    );
  });

  it('says when a setting could not be written', async () => {
    const failing = table();
    failing.broken = new WactlError('store_locked', 'read-only');
    const { cx, io } = world({ ...json, settings: { table: failing } });
    expect(await outcome(runConfig(cx, { action: 'set', key: 'proxy', value: 'x' }))).toBe(
      'store_locked (11): read-only',
    );
    expect(io.stdout).toEqual([]);
  });
});
