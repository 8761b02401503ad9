import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { jsonLines } from '../support/cli-running.ts';
import { makeFleet } from '../support/fleet.ts';
import type { Fleet, FleetHost } from '../support/fleet.ts';
import { pairedSessions } from '../support/paired-sessions.ts';
import { describeOnPostgres } from '../support/postgres.ts';
import { writeSelfSigned } from '../support/self-signed.ts';

const polled = { timeout: 60_000, interval: 50 };

describeOnPostgres('a request to a session whose machine', () => {
  let fleet: Fleet;
  afterEach(() => fleet.end());

  /** A session, which the first machine takes. */
  const made = async (...flags: readonly string[]): Promise<FleetHost> => {
    fleet = await makeFleet(['one', 'two', 'laptop'], async (store, { sandbox, work }) => {
      await pairedSessions(store, sandbox, ['shop']);
      await writeSelfSigned(work, 'a private authority');
    });
    const one = await fleet.serve('one', ...flags);
    await expect.poll(status, polled).toEqual(['logged_in']);
    return one;
  };
  const status = async (): Promise<unknown[]> =>
    (await fleet.sql('SELECT status FROM wactl.leases')).map((row) => row['status']);
  /** Asks again and again until the answer is that of a session which another machine holds now. */
  const askedUntilTaken = async (two: FleetHost, takenBy: FleetHost): Promise<[number, string][]> => {
    const answers: [number, string][] = [];
    for (;;) {
      const { status, body } = await two.ask('GET', '/shop/status');
      answers.push([status, JSON.stringify(body['error'] ?? body['status'])]);
      const sql = `SELECT url FROM wactl.leases JOIN wactl.hosts USING (server_id) WHERE status = 'logged_in'`;
      if ((await fleet.sql(sql))[0]?.['url'] === takenBy.door.url) return answers;
    }
  };

  it('has a certificate of a private authority is answered when that is named', async () => {
    await made('--tls-cert', 'cert.pem', '--tls-key', 'key.pem');
    const asked = (env: Record<string, string>) =>
      fleet.start('laptop', ['status', 'shop', '--json'], { env }).exited;
    const refused = await asked({});
    expect([refused.status, jsonLines(refused.stdout)]).toMatchObject([
      6,
      [
        {
          error: {
            message: expect.stringContaining(
              'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
            ) as string,
            hint: expect.stringContaining('export NODE_EXTRA_CA_CERTS=') as string,
          },
        },
      ],
    ]);
    const trusting = await asked({ NODE_EXTRA_CA_CERTS: join(fleet.place.work, 'cert.pem') });
    expect([trusting.status, jsonLines(trusting.stdout)]).toMatchObject([0, [{ status: 'logged_in' }]]);
  }, 120_000);

  it('stops is answered all the while', async () => {
    const one = await made();
    const two = await fleet.serve('two');
    const asking = askedUntilTaken(two, two);
    one.serve.kill('SIGTERM');
    const answers = await asking;
    expect(answers.filter(([status]) => status !== 200)).toEqual([]);
    expect(await one.serve.exited).toMatchObject({ status: 143 });
  }, 120_000);
});
