import { describe, expect, it } from 'vitest';
import { runCreate } from '../../src/commands/create.ts';
import { defineUpdate, runUpdate } from '../../src/commands/update.ts';
import { outcome, world } from '../support/fake-context.ts';
import { parseArgv } from '../support/parse-argv.ts';

const secret = (byte: number): string => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
const url = 'https://example.com/hook';
const creating = { id: 'a', connect: false, pushNotification: true };

describe('a secret', () => {
  it('is read from stdin and from files, without the line end', async () => {
    const files = { proxy: 'socks5://u:p@h:1\n' };
    const { cx, store } = world({ io: { stdin: `${secret(1)}\n`, files } });
    const options = { ...creating, webhookUrl: url, webhookSecretFile: '-', proxyFile: 'proxy' };
    expect(await outcome(runCreate(cx, options))).toBe(0);
    expect(await store.get('a')).toMatchObject({ webhook: { secret: secret(1) }, proxy: 'socks5://u:p@h:1' });
  });

  it('of a webhook is read from a file as headers, and taken away', async () => {
    const { cx, io, store } = world({ io: { files: { h: 'X-Key: hunter2\nAuthorization: Bearer x\n' } } });
    const headers = { 'x-key': 'hunter2', authorization: 'Bearer x' };
    expect(await outcome(runCreate(cx, { ...creating, webhookUrl: url, webhookHeaderFile: 'h' }))).toBe(0);
    expect(await store.get('a')).toMatchObject({ webhook: { headers } });
    expect(await outcome(runUpdate(cx, { id: 'a', webhook: true, webhookHeader: false }))).toBe(0);
    expect((await store.get('a'))?.webhook).not.toHaveProperty('headers');
    expect([...io.stdout, ...io.stderr].join()).not.toContain('hunter2');
  });

  it('cannot share stdin with another', async () => {
    const { cx, store } = world({ io: { stdin: 'x' } });
    const options = { ...creating, webhookUrl: url, webhookSecretFile: '-', proxyFile: '-' };
    expect(await outcome(runCreate(cx, options))).toBe(
      'usage (2): --webhook-secret-file and --proxy-file cannot both read stdin | use a file for one of them',
    );
    expect(await store.get('a')).toBeUndefined();
  });

  it('that is invalid is not shown', async () => {
    const { cx } = world({ io: { stdin: 'hunter2' } });
    const options = { ...creating, webhookUrl: url, webhookSecretFile: '-' };
    expect(await outcome(runCreate(cx, options))).not.toContain('hunter2');
  });

  it.each([
    ['--proxy http://h:1 --proxy-file p', /--proxy-file <file>' cannot be used with option '--proxy <url>'/],
    ['--no-proxy --proxy-file p', /--proxy-file <file>' cannot be used with option '--no-proxy'/],
    [`--webhook-secret ${secret(1)} --webhook-secret-file p`, /cannot be used with option '--webhook-secret/],
  ])('may be given only once: %s', async (flags, words) => {
    await expect(parseArgv(defineUpdate, ['update', 'a', ...flags.split(' ')])).rejects.toThrow(words);
  });
});

describe('WACTL_WEBHOOK_SECRET', () => {
  it('signs a webhook that is set without a secret', async () => {
    const { cx, store } = world({ webhookSecret: secret(2) });
    await runCreate(cx, { ...creating, webhookUrl: url });
    expect(await store.get('a')).toMatchObject({ webhook: { url, secret: secret(2) } });
    await runUpdate(cx, { id: 'a', webhook: true, webhookUrl: `${url}/2`, webhookSecret: secret(3) });
    expect(await store.get('a')).toMatchObject({ webhook: { secret: secret(3) } });
    await runUpdate(cx, { id: 'a', webhook: true, webhookProxy: false });
    expect(await store.get('a')).toMatchObject({ webhook: { secret: secret(3) } });
    await runUpdate(cx, { id: 'a', webhook: true, webhookUrl: url });
    expect(await store.get('a')).toMatchObject({ webhook: { secret: secret(2) } });
  });

  it('signs the usual webhook of new sessions', async () => {
    const webhook = { url, events: ['message'] as const, secret: null, viaProxy: false };
    const { cx, store } = world({ webhookSecret: secret(2), settings: { webhook } });
    await runCreate(cx, creating);
    expect(await store.get('a')).toMatchObject({ webhook: { ...webhook, secret: secret(2) } });
  });

  it('does not create a webhook by itself', async () => {
    const { cx, store } = world({ webhookSecret: secret(2) });
    await runCreate(cx, creating);
    await runUpdate(cx, { id: 'a', webhook: true, name: 'Ada' });
    expect(await store.get('a')).toMatchObject({ name: 'Ada', webhook: null });
  });
});
