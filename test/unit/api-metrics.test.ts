import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startMetrics } from '../../src/api/metrics.ts';
import { ShareState } from '../../src/api/share-state.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { fakeFeed } from '../support/fake-feed.ts';
import { memoryHosts } from '../support/memory-hosts.ts';
import { made } from '../support/fake-session.ts';
import { prometheusFaults } from '../support/prometheus-rules.ts';
import type { AttemptOutcome } from '../../src/domain/delivery.ts';

function measured({ ofEachSession = true } = {}) {
  const { observer, feed } = fakeFeed();
  let attempt: (kind: AttemptOutcome['kind']) => void = () => undefined;
  let engineError: () => void = () => undefined;
  let drop: (count: number) => void = () => undefined;
  let sessions = [
    { id: 'a', status: 'logged_in', lastSeenAt: made },
    { id: 'b', status: 'logged_in', lastSeenAt: null },
    { id: 'c', status: 'failed', lastSeenAt: null, damaged: 'delete' },
  ] as const as readonly Awaited<ReturnType<Parameters<typeof startMetrics>[0]['sessions']>>[number][];
  const clock = new FakeClock();
  const fleet = memoryHosts(() => clock.now());
  const hosts = fleet.of({ serverId: '1', name: 'wa-1', version: '1.2.3', pid: 1 });
  void hosts.announce({ url: null, sessions: 2, isDraining: false });
  const share = new ShareState();
  share.looked({ at: made, quota: 4, free: 3 });
  share.note('taken', 2);
  const metrics = startMetrics({
    feed,
    onAttempt: (listener) => (attempt = listener),
    onDropped: (listener) => (drop = listener),
    onEngineError: (listener) => (engineError = listener),
    sessions: () => Promise.resolve(sessions),
    waiting: () =>
      Promise.resolve(
        new Map([
          ['a', 2],
          ['gone', 3],
        ]),
      ),
    held: () => Promise.resolve(2),
    hosts,
    share,
    machine: 'wa-1',
    ofEachSession,
    version: '1.2.3',
    nodeVersion: '20.20.0',
  });
  const lost = { reason: 'connection_lost', code: 428, at: made } as const;
  observer.note('a', { kind: 'status', status: 'logged_in', close: null, retryInMs: null });
  observer.note('a', { kind: 'status', status: 'connecting', close: lost, retryInMs: 100 });
  observer.note('a', {
    kind: 'message',
    message: { id: 'M', from: 'x', pushName: null, at: made, text: 'a secret' },
  });
  attempt('retry');
  drop(7);
  engineError();
  metrics.onAnswer({
    method: 'GET',
    route: '/api/v1/sessions/{id}',
    path: '/api/v1/sessions/a',
    status: 200,
    durationMs: 30,
  });
  metrics.onAnswer({ method: 'HACK', route: undefined, path: '/x', status: 404, durationMs: 1 });
  const page = async (): Promise<string> => (await metrics.page()).text();
  /** What is ours and not 0, without the buckets. */
  const counted = async (): Promise<string[]> =>
    (await page()).split('\n').filter((line) => /^wactl_.* [1-9]/.test(line) && !line.includes('_bucket{'));
  return {
    metrics,
    page,
    counted,
    only: (id: string) => (sessions = sessions.filter((one) => one.id === id)),
  };
}

describe('/metrics', () => {
  it('counts sessions, their events, and requests', async () => {
    const { metrics, counted, page } = measured();
    expect(await counted()).toEqual([
      'wactl_build_info{version="1.2.3",node_version="20.20.0"} 1',
      'wactl_sessions{status="logged_in"} 2',
      'wactl_sessions{status="failed"} 1',
      'wactl_sessions_damaged 1',
      'wactl_held_sessions{host="wa-1"} 2',
      'wactl_hosts{state="serving"} 1',
      'wactl_fleet_share 4',
      'wactl_fleet_free_sessions 3',
      `wactl_fleet_last_look_timestamp_seconds ${String(made.getTime() / 1000)}`,
      'wactl_fleet_moves_total{move="taken"} 2',
      'wactl_logins_total 1',
      'wactl_closes_total{reason="connection_lost"} 1',
      'wactl_reconnects_total 1',
      'wactl_messages_total 1',
      'wactl_webhook_attempts_total{outcome="retry"} 1',
      'wactl_webhook_events_pending 5',
      'wactl_webhook_events_dropped_total 7',
      'wactl_engine_errors_total 1',
      'wactl_session_logged_in{session="a"} 1',
      'wactl_session_logged_in{session="b"} 1',
      `wactl_session_last_seen_timestamp_seconds{session="a"} ${String(made.getTime() / 1000)}`,
      'wactl_session_webhook_events_pending{session="a"} 2',
      'wactl_http_request_duration_seconds_count{method="GET",route="/api/v1/sessions/{id}",code="200"} 1',
      'wactl_http_request_duration_seconds_count{method="other",route="none",code="404"} 1',
    ]);
    const text = await page();
    expect(text).toContain('wactl_session_logged_in{session="c"} 0');
    expect(text).toContain('wactl_webhook_attempts_total{outcome="gone"} 0');
    expect(text).toContain(
      'wactl_http_request_duration_seconds_sum{method="GET",route="/api/v1/sessions/{id}",code="200"} 0.03',
    );
    metrics.end();
  });

  it('forgets a session that is gone', async () => {
    const { metrics, page, only } = measured();
    await page();
    only('b');
    expect((await page()).match(/session="\w+"/g)).toEqual(['session="b"', 'session="b"']);
    metrics.end();
  });

  it('has no rows of single sessions where they are not wanted', async () => {
    const { metrics, page } = measured({ ofEachSession: false });
    const text = await page();
    expect(text).not.toContain('wactl_session_');
    expect(text).toContain('wactl_sessions{status="logged_in"} 2');
    metrics.end();
  });

  it("keeps to Prometheus' conventions", async () => {
    const { metrics, page } = measured();
    expect(prometheusFaults(await page())).toEqual([]);
    metrics.end();
  });

  it('is described in docs/service.md, name by name', async () => {
    const { metrics, page } = measured();
    const described = readFileSync(join(import.meta.dirname, '../../docs/service.md'), 'utf8');
    const names = [...(await page()).matchAll(/^# TYPE (wactl_\w+)/gm)].map(([, name = '']) => name);
    expect(names.filter((name) => !new RegExp(`\`${name}[\`{]`).test(described))).toEqual([]);
    metrics.end();
  });

  it.skipIf(!hasPromtool())('passes promtool check metrics without a word', async () => {
    const { metrics, page } = measured();
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], {
      input: await page(),
      encoding: 'utf8',
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    metrics.end();
  });
});

it('the rules find what promtool complains about', () => {
  const page = `# HELP a_total x
# TYPE a_total gauge
a_total 1
# HELP b x
# TYPE b counter
b{badName="1"} 1
# HELP c_milliseconds
# TYPE c_milliseconds gauge
c_milliseconds 1
# HELP d_gauge_ms x
# TYPE d_gauge_ms gauge
d_gauge_ms{le="1"} 1
# HELP e_count x
# TYPE e_count gauge
e_count 1
`;
  expect(prometheusFaults(page)).toEqual([
    'a_total: only a counter may end with _total',
    'b: a counter should end with _total',
    'b: camelCase',
    'c_milliseconds: no help text',
    'c_milliseconds: not a base unit',
    'd_gauge_ms: a label of histograms',
    'd_gauge_ms: the type is in the name',
    'd_gauge_ms: a short form of a unit',
    'e_count: an ending of histograms',
  ]);
});

function hasPromtool(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
