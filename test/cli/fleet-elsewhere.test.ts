import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonLines } from '../support/cli-running.ts';
import type { Running } from '../support/cli-running.ts';
import { fleetToken, makeFleet } from '../support/fleet.ts';
import type { Fleet, FleetHost } from '../support/fleet.ts';
import { describeOnPostgres } from '../support/postgres.ts';
import { startWebhookReceiver } from '../support/webhook-receiver.ts';

const slow = { timeout: 120_000 };

describeOnPostgres('a session that another machine holds', () => {
  let fleet: Fleet;
  let [one, two]: FleetHost[] = [];

  beforeAll(async () => {
    fleet = await makeFleet(['one', 'two', 'laptop']);
    [one, two] = await Promise.all([fleet.serve('one'), fleet.serve('two')]);
  }, 60_000);
  afterAll(() => fleet.end());

  /** Commands of a machine that holds nothing: on the database, and at the server that does not hold the session. */
  type Way = (args: readonly string[], stdin?: string) => Running;
  const onDatabase: Way = (args, stdin) => fleet.start('laptop', args, stdin === undefined ? {} : { stdin });
  const atServer: Way = (args, stdin) =>
    fleet.start('laptop', [...args, '--server', two?.url ?? ''], {
      env: { WACTL_STORE: undefined },
      ...(stdin !== undefined && { stdin }),
    });
  /** The last JSON of a command, which must have succeeded. */
  const done = async (running: Running): Promise<Record<string, unknown>> => {
    const { status, stdout, stderr } = await running.exited;
    expect({ status, stdout, stderr }).toMatchObject({ status: 0, stderr: '' });
    return jsonLines(stdout).at(-1) ?? {};
  };
  const atOne = async (method: string, path: string, body?: object) =>
    (await one?.ask(method, path, body))?.body ?? {};
  const atTwo = async (method: string, path: string, body?: object) =>
    (await two?.ask(method, path, body))?.body ?? {};
  /** Where the holder of a session is reached; undefined when nobody holds it. */
  const holderOf = async (id: string): Promise<unknown> => {
    const sql = `SELECT url FROM wactl.leases JOIN wactl.hosts USING (server_id) WHERE session_id = '${id}'`;
    return (await fleet.sql(sql))[0]?.['url'];
  };
  const deviceOf = (number: string) =>
    fleet.place.sandbox.devices.find(({ jid }) => jid.startsWith(`${number}:`));

  it.each([
    ['shop', 'a command on the database', '15550100001', onDatabase],
    ['office', 'a command at another server', '15550100002', atServer],
  ] as const)(
    '%s is paired by QR, used, unlinked and deleted by %s',
    async (id, _by, number, way) => {
      const { sandbox } = fleet.place;
      const receiver = await startWebhookReceiver();
      const call = (...args: string[]) => done(way([...args, '--json']));
      const { qr } = (await atOne('POST', '?wait=qr', { id }))['qr'] as { qr: string };
      const scanning = way(['qr', id, '--json']);
      expect(await scanning.qr()).toBe(qr);
      sandbox.scan(qr, sandbox.phone(number));
      expect(await done(scanning)).toMatchObject({ event: 'logged_in', id, phone_number: number });
      expect(await holderOf(id)).toBe(one?.door.url);

      expect(await call('status', id)).toMatchObject({ id, status: 'logged_in', source: 'live' });
      expect(await call('connect', id, '--detach')).toMatchObject({
        details: expect.stringMatching(/^already online, held by process \d+ on /) as string,
      });
      const watching = way(['status', id, '--watch', '--json']);
      await watching.event(({ status }) => status === 'logged_in');
      expect(await call('restart', id)).toMatchObject({ details: 'logged in on a new connection' });

      await call('webhook', 'set', id, 'crm', '--webhook-url', receiver.url, '--webhook-events', 'message');
      const tested = await call('webhook', 'test', id, 'crm');
      expect(tested).toMatchObject({ delivered: true, http_status: 204 });
      expect((await receiver.next()).id).toBe(tested['webhook_id']);
      sandbox.sendText(deviceOf(number)?.jid ?? '', 'hello');
      const delivered = await receiver.next();
      expect(JSON.parse(delivered.body)).toMatchObject({ type: 'message', data: { id, text: 'hello' } });
      // How it went is noted after the answer; the replay has to find it.
      const noted = async () =>
        ((await atTwo('GET', `/${id}/webhook/deliveries?name=crm`))['deliveries'] as { state: string }[])[0]
          ?.state;
      await expect.poll(noted).toBe('delivered');
      expect(await call('webhook', 'list', id, 'crm')).toMatchObject({
        deliveries: [{ webhook_id: delivered.id, state: 'delivered', attempts: 1 }],
      });
      expect(await call('webhook', 'replay', id, 'crm', '--since', '2h')).toMatchObject({ replayed: 1 });
      expect(await receiver.next()).toMatchObject({ id: delivered.id, body: delivered.body });

      expect(await call('disconnect', id)).toMatchObject({ id, status: 'disconnected' });
      expect([await holderOf(id), deviceOf(number)?.online]).toEqual([undefined, false]);
      watching.kill('SIGINT');
      expect(await watching.exited).toMatchObject({ status: 130 });
      expect(await atOne('POST', `/${id}/connect`)).toMatchObject({ details: 'online' });
      expect(await call('logout', id, '--yes')).toMatchObject({ id, status: 'logged_out' });
      expect([await holderOf(id), deviceOf(number)]).toEqual([undefined, undefined]);
      expect(await call('delete', id, '--yes')).toEqual({ id, deleted: true });
      await receiver.close();
    },
    slow.timeout,
  );

  it.each([
    ['front', 'a command on the database', '15550100003', onDatabase],
    ['back', 'a command at another server', '15550100004', atServer],
  ] as const)(
    '%s, whose QR is on show there, is paired by code and passkey, and deleted while online, by %s',
    async (id, _by, number, way) => {
      const { sandbox } = fleet.place;
      const phone = sandbox.phone(number);
      phone.account.passkey = true;
      await atOne('POST', '?wait=qr', { id });
      const pairing = way(['pair', id, `+${number}`, '--json']);
      const { code } = await pairing.event(({ event }) => event === 'pair_code');
      expect(await holderOf(id)).toBe(one?.door.url);
      const asked = await way(['status', id, '--json']).exited;
      expect([asked.status, jsonLines(asked.stdout)]).toMatchObject([
        4,
        [{ status: 'waiting_for_pair_code' }],
      ]);
      await sandbox.enterCode(number, String(code));
      await pairing.event(({ event }) => event === 'passkey');
      const options = await done(way(['passkey', id, '--options']));
      const assertion = sandbox.signPasskey(JSON.stringify(options), phone);
      expect(await done(way(['passkey', id, '--assertion', '-', '--json'], assertion))).toMatchObject({
        id,
        needs_confirmation: false,
      });
      expect(await done(pairing)).toMatchObject({ event: 'logged_in', phone_number: number });
      expect([await holderOf(id), deviceOf(number)?.online]).toEqual([one?.door.url, true]);
      expect(await done(way(['delete', id, '--yes', '--json']))).toEqual({ id, deleted: true });
      expect([await holderOf(id), deviceOf(number)]).toEqual([undefined, undefined]);
    },
    slow.timeout,
  );

  it('answers all requests to another server, which streams its events until it is let go', async () => {
    const { sandbox } = fleet.place;
    const number = '15550100005';
    const { qr } = (await atOne('POST', '?wait=qr', { id: 'web' }))['qr'] as { qr: string };
    expect(await atTwo('GET', '/web/qr')).toMatchObject({ qr_codes: [qr] });
    const streaming = await fetch(`${two?.url ?? ''}/api/v1/events?session=web`, {
      headers: { authorization: `Bearer ${fleetToken}` },
    });
    let stream = '';
    const streamed = streaming.body
      ?.pipeThrough(new TextDecoderStream())
      .pipeTo(new WritableStream({ write: (text) => void (stream += text) }));
    await expect.poll(() => stream).toContain('"event":"qr"');
    sandbox.scan(qr, sandbox.phone(number));
    const shown = async () => (await atTwo('GET', '/web'))['status'];
    await expect.poll(shown, { timeout: 20_000 }).toBe('logged_in');
    expect(await atTwo('GET', '/web/status')).toMatchObject({ status: 'logged_in', source: 'live' });
    expect(await atTwo('POST', '/web/connect')).toMatchObject({ status: 'logged_in' });
    expect(await atTwo('POST', '/web/restart')).toMatchObject({ details: 'logged in on a new connection' });
    expect(await atTwo('POST', '/web/disconnect')).toMatchObject({ status: 'disconnected' });
    await streamed;
    const told = [...stream.matchAll(/^data: (.*)$/gm)].map(
      ([, data = '']) => JSON.parse(data) as { event: string; status?: string },
    );
    const statuses = told.flatMap(({ event, status }) => (event === 'status' ? [status] : []));
    expect(statuses.filter((status) => status !== 'connected')).toEqual([
      ...['waiting_for_qr', 'connecting', 'logged_in'],
      ...['connecting', 'logged_in', 'disconnected'],
    ]);
    expect(told.at(-1)).toEqual({ event: 'released', id: 'web' });

    expect(await atOne('POST', '/web/connect')).toMatchObject({ details: 'online' });
    expect(await atTwo('POST', '/web/logout')).toMatchObject({ status: 'logged_out' });
    await atOne('GET', '/web/qr');
    expect(await atTwo('POST', '/web/pair', { phone_number: number })).toMatchObject({
      code: expect.stringMatching(/^.{4}-.{4}$/) as string,
    });
    expect(await holderOf('web')).toBe(one?.door.url);
    expect(await atTwo('DELETE', '/web')).toEqual({ id: 'web', deleted: true });
    expect([await holderOf('web'), deviceOf(number)]).toEqual([undefined, undefined]);
  });
});
