import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { error } from '../support/api-error.ts';
import { apiWorld } from '../support/fake-api.ts';

describe('a request that makes no sense', () => {
  it.each([
    ['GET', '/api/v1/sessions/x', undefined, 'not_found', 404],
    ['GET', '/nowhere', undefined, 'no_such_route', 404],
    ['PUT', '/api/v1/sessions', {}, 'method_not_allowed', 405],
    ['POST', '/api/v1/sessions/a/connect', { max_retries: -1 }, 'usage', 400],
    ['POST', '/api/v1/sessions/a/disconnect', { now: true }, 'usage', 400],
    ['POST', '/api/v1/sessions/a/disconnect?timeout_seconds=0', undefined, 'usage', 400],
    ['GET', '/api/v1/sessions/a/status?offline=maybe', undefined, 'usage', 400],
    ['GET', '/api/v1/sessions/%00', undefined, 'usage', 400],
    ['GET', '/api/v1/events?session=a%00', undefined, 'usage', 400],
  ])('%s %s is refused', async (method, path, body, code, status) => {
    const world = apiWorld();
    await world.has({ id: 'a' });
    expect(await world.ask(method, path, body)).toMatchObject(error(code, status));
  });

  it('says which methods are allowed', async () => {
    const { headers } = await apiWorld().ask('PUT', '/api/v1/sessions/a');
    expect(headers.get('allow')).toBe('GET, PATCH, DELETE');
  });

  it('is refused when it is too large or not JSON', async () => {
    const world = apiWorld();
    const big = await world.ask('POST', '/api/v1/sessions', { name: 'x'.repeat(70_000) });
    expect(big).toMatchObject(error('too_large', 413));
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await world.ask('POST', '/api/v1/sessions', 'id=a', form)).toMatchObject(
      error('unsupported_media_type', 415),
    );
  });

  it.each([
    [{}, '\ufeff{"id":"b","connect":false}', 201],
    [{}, Buffer.from('{"name":"\xff","connect":false}', 'latin1'), 400],
    [{}, '{"id":', 400],
    [{ 'content-encoding': 'gzip' }, '{"id":"b","connect":false}', 415],
    [{ 'content-encoding': 'identity' }, '{"id":"b","connect":false}', 201],
  ])('%j: %s is answered with %i', async (headers, body, status) => {
    const request = new Request('http://wactl/api/v1/sessions', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });
    expect((await apiWorld().api(request)).status).toBe(status);
  });

  it('does not count as a bug when its sender goes away in the middle', async () => {
    const world = apiWorld();
    const sender = new AbortController();
    const body = new ReadableStream({
      pull(controller) {
        sender.abort();
        controller.error(new Error('aborted'));
      },
    });
    const options = { method: 'POST', body, signal: sender.signal, duplex: 'half' } as const;
    await world.api(new Request('http://wactl/api/v1/sessions', options));
    expect(world.bugs).toEqual([]);
  });

  it('has a hint that names the allowed fields', async () => {
    const world = apiWorld();
    expect(await world.ask('POST', '/api/v1/sessions/a/disconnect', { now: 1 })).toMatchObject({
      body: { error: { message: 'unknown field "now"', hint: 'no fields are allowed here' } },
    });
    expect(await world.ask('GET', '/api/v1/sessions?page=1&page=2')).toMatchObject({
      body: { error: { message: '"page" is given more than once' } },
    });
  });

  it.each([
    [{ x: 1, name: 5 }, 'unknown field "x"'],
    [{ name: 5 }, '"name" must be text of at most 200 characters'],
    [{ name: '😀'.repeat(201) }, '"name" must be text of at most 200 characters'],
    [{ name: '\ud800' }, '"name" must be text of at most 200 characters'],
    [{ webhook: [] }, '"webhook" must be a JSON object'],
    [{ webhook: { url: 'https://example.com', x: 1 } }, 'unknown field "webhook.x"'],
    [{ webhook: { url: 1 } }, '"webhook.url" must be text'],
    [{ webhook: { events: ['message', 1] } }, '"webhook.events.1" must be text'],
    [{ webhook: { events: ['message,nope'] } }, 'invalid webhook event "message,nope"'],
    [{ connect: 'no' }, '"connect" must be true or false'],
    [[], 'the document must be a JSON object'],
  ])('%j is refused by name: %s', async (body, message) => {
    expect(await apiWorld().ask('POST', '/api/v1/sessions', body)).toMatchObject({
      status: 400,
      body: { error: { message } },
    });
  });

  it('may name a session in 200 characters, whatever they take', async () => {
    const name = '😀'.repeat(200);
    const answer = await apiWorld().ask('POST', '/api/v1/sessions', { id: 'a', name, connect: false });
    expect(answer).toMatchObject({ status: 201, body: { name } });
  });

  it('is refused while the process stops', async () => {
    const world = apiWorld({}, { pages: { '/healthz': { answer: () => Response.json({ status: 'ok' }) } } });
    world.stop.abort();
    expect(await world.ask('GET', '/api/v1/sessions')).toMatchObject(error('stopping', 503));
    expect((await world.ask('GET', '/nowhere')).status).toBe(404);
    expect((await world.api(new Request('http://wactl/healthz'))).status).toBe(200);
  });
});

describe('an answer', () => {
  it('is kept by no cache', async () => {
    const world = apiWorld();
    await world.has({ id: 'a' });
    for (const path of ['/api/v1/sessions', '/api/v1/sessions/a', '/api/v1/holder', '/api/v1/events'])
      expect((await world.api(new Request(`http://wactl${path}`))).headers.get('cache-control')).toBe(
        'no-store',
      );
    world.stop.abort();
  });

  it('that is long is compressed for a client that takes that', async () => {
    const world = apiWorld();
    for (let at = 0; at < 20; at++) await world.has({ id: `a${String(at)}` });
    const ask = (path: string, headers: Record<string, string>) =>
      world.api(new Request(`http://wactl${path}`, { headers }));
    const all = await ask('/api/v1/sessions', { 'accept-encoding': 'gzip, br' });
    expect(all.headers.get('content-encoding')).toBe('gzip');
    expect(all.headers.get('vary')).toBe('Accept-Encoding');
    const packed = Buffer.from(await all.arrayBuffer());
    expect(JSON.parse(gunzipSync(packed).toString())).toMatchObject({ total: 20 });
    expect((await ask('/api/v1/sessions', {})).headers.get('content-encoding')).toBeNull();
    const short = await ask('/api/v1/sessions/a1', { 'accept-encoding': 'gzip' });
    expect(short.headers.get('content-encoding')).toBeNull();
  });

  it('that is an event stream is never compressed', async () => {
    const world = apiWorld();
    const headers = { 'accept-encoding': 'gzip' };
    const answer = await world.api(new Request('http://wactl/api/v1/events', { headers }));
    expect(answer.headers.get('content-encoding')).toBeNull();
    world.stop.abort();
  });
});
