import { describe, expect, it } from 'vitest';
import { runConfig } from '../../src/commands/config.ts';
import { runList } from '../../src/commands/list.ts';
import { runShow } from '../../src/commands/show.ts';
import { runStatus } from '../../src/commands/status.ts';
import { runWebhook } from '../../src/commands/webhook.ts';
import type { Context } from '../../src/context.ts';
import { openSettings } from '../../src/settings/open-settings.ts';
import { commandSettings } from '../../src/settings/command-settings.ts';
import { world } from '../support/fake-context.ts';
import { openTestIo } from '../support/open-test-io.ts';

const proxy = 'socks5://proxy-of-the-whole-house.example.com:1080';

const list = (cx: Context): Promise<unknown> => runList(cx, { page: 1, perPage: 25 });
const statusAll = (cx: Context): Promise<unknown> =>
  runStatus(cx, { ids: [], all: true, offline: true, expect: 'disconnected', timeout: 1_000 });
const show = (cx: Context): Promise<unknown> => runShow(cx, { id: 'front-desk' });
const configList = (cx: Context): Promise<unknown> => runConfig(cx, { action: 'list' });
const webhookList = (cx: Context): Promise<unknown> =>
  runWebhook(cx, { action: 'list', id: 'front-desk', limit: 20 });

/** What a command shows on a terminal of so many columns. */
async function shown(columns: number, run: (cx: Context) => Promise<unknown>): Promise<string> {
  const at = new Date('2026-03-01T12:00:00.000Z');
  const delivery = {
    webhook_id: 'msg_1',
    type: 'session.logged_out' as const,
    state: 'pending' as const,
    created_at: at.toISOString(),
    attempts: 3,
    last_attempt_at: null,
    next_attempt_at: at.toISOString(),
    last_error: 'the receiver answered 503 Service Unavailable',
  };
  const made = world({
    settings: commandSettings(openSettings({ directory: '/nowhere', env: { WACTL_PROXY: proxy } })),
    webhooks: {
      list: ({ id }, name) =>
        Promise.resolve({
          id,
          name,
          failing_since: null,
          url: 'https://example.com/hook',
          turned_off_at: null,
          pending: 1,
          dropped: 0,
          deliveries: [delivery],
        }),
    },
  });
  await made.has({ id: 'front-desk', name: 'Front desk of the house' }, { lastSeenAt: at });
  await made.has({ id: 'a-session-with-a-long-id', name: null });
  const { io, stdout } = await openTestIo({ stdout: { columns, rows: 100 } }, { color: false });
  await run({ ...made.cx, io });
  return stdout.text();
}

describe.each([40, 80])('on a terminal of %i columns', (columns) => {
  it.each([
    ['list', list],
    ['status --all', statusAll],
    ['config list', configList],
    ['webhook list', webhookList],
    ['show', show],
  ] as const)('%s can be read', async (_, run) => {
    // The time of day depends on where the tests run.
    const text = await shown(columns, run);
    expect(text.replaceAll(/2026-\d\d-\d\d(\s+)\d\d:\d\d/g, 'YYYY-MM-DD$1HH:MM')).toMatchSnapshot();
  });

  it('ids, keys and values are whole', async () => {
    expect(await shown(columns, list)).toContain('a-session-with-a-long-id');
    expect(await shown(columns, statusAll)).toContain('a-session-with-a-long-id');
    const settings = await shown(columns, configList);
    expect(settings).toContain('whatsapp_version');
  });
});
