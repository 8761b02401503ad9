import { describe, expect, it } from 'vitest';
import { checkToken, createGuard, newToken } from '../../src/api/guard.ts';
import { parseServerUrl } from '../../src/api/server-address.ts';
import { StreamTickets } from '../../src/api/stream-tickets.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { memoryStore } from '../support/memory-store.ts';

const token = 'sixteen-or-more-characters';
const clock = new FakeClock();
const store = memoryStore(() => clock.now());
const guard = createGuard({
  token,
  tokens: store.tokens,
  tickets: new StreamTickets(clock),
  clock,
  hostNames: ['wa.example.com'],
  open: ['/healthz'],
});
const admit = (path: string, headers: Record<string, string>) =>
  guard.admit(new Request(`http://127.0.0.1${path}`, { headers }), { address: undefined });

async function outcomeOf(path: string, headers: Record<string, string>): Promise<string> {
  try {
    await admit(path, headers);
    return 'let in';
  } catch (error) {
    return (error as { fault: string }).fault;
  }
}

describe('the guard', () => {
  const authorization = `Bearer ${token}`;
  it.each([
    [{ host: '127.0.0.1:7764', authorization }, 'let in'],
    [{ host: 'localhost:7764', authorization }, 'let in'],
    [{ host: '[::1]:7764', authorization }, 'let in'],
    [{ host: '192.168.1.2', authorization }, 'let in'],
    [{ host: 'wa.example.com', authorization }, 'let in'],
    [{ host: 'localhost:7764', origin: 'http://localhost:7764', authorization }, 'let in'],
    [{ host: 'evil.example', authorization }, 'forbidden'],
    [{ host: 'localhost.evil.example', authorization }, 'forbidden'],
    [{ host: '127.0.0.1.evil.example', authorization }, 'forbidden'],
    [{ host: '', authorization }, 'forbidden'],
    [{ host: 'localhost:7764', origin: 'http://localhost:80', authorization }, 'forbidden'],
    [{ host: 'localhost:7764', origin: 'null', authorization }, 'forbidden'],
    [{ host: 'localhost', authorization: `bearer ${token}` }, 'let in'],
    [{ host: 'localhost', authorization: `BEARER  ${token}` }, 'let in'],
    [{ host: 'localhost' }, 'unauthorized'],
    [{ host: 'localhost', authorization: 'Bearer ' }, 'unauthorized'],
    [{ host: 'localhost', authorization: `Bearer ${token} ${token}` }, 'unauthorized'],
    [{ host: 'localhost', authorization: `Basic ${token}` }, 'unauthorized'],
    [{ host: 'localhost', authorization: `Bearer ${token}x` }, 'unauthorized'],
    [{ host: 'localhost', authorization: token }, 'unauthorized'],
  ])('%j: %s', async (headers, expected) => {
    expect(await outcomeOf('/api/v1/sessions', headers as Record<string, string>)).toBe(expected);
  });

  it.each([
    [{}, 'a token is required'],
    [{ authorization: 'Bearer another' }, 'the token is wrong'],
  ])('%j: %s', async (headers, sentence) => {
    await expect(admit('/', { host: 'localhost', ...headers })).rejects.toThrow(sentence);
  });

  it('needs no token for the health pages, but a known host name', async () => {
    expect(await outcomeOf('/healthz', { host: 'localhost' })).toBe('let in');
    expect(await outcomeOf('/healthz', { host: 'evil.example' })).toBe('forbidden');
    expect(await outcomeOf('/healthz/', { host: 'localhost' })).toBe('unauthorized');
  });
});

describe('a token', () => {
  it('is new each time', () => {
    expect(newToken()).not.toBe(newToken());
    expect(checkToken(newToken())).toMatch(/^wactl_.{43}$/);
  });
  it.each(['', 'short', 'with spaces in between it'])('"%s" is refused', (text) => {
    expect(() => checkToken(text)).toThrow('at least 16');
  });
});

describe('the address of a server', () => {
  it.each(['http://127.0.0.1:7764', 'http://localhost:7764/', 'http://[::1]:7764', 'https://wa.example.com'])(
    '%s is taken',
    (text) => {
      expect(parseServerUrl(text, token, false)).toMatchObject({ token });
    },
  );
  it.each([
    ['', 'invalid server address'],
    ['wa.example.com', 'invalid server address'],
    ['ftp://wa.example.com', 'invalid server address'],
    ['http://ada:pw@127.0.0.1', 'must not contain a user'],
    ['http://127.0.0.1/api', 'must not have a path'],
    ['http://wa.example.com', 'in the clear'],
  ])('%s is refused', (text, why) => {
    expect(() => parseServerUrl(text, token, false)).toThrow(why);
  });
  it('takes no token that cannot be sent', () => {
    for (const wrong of ['a\nb', 'a b', '€']) {
      expect(() => parseServerUrl('http://localhost', wrong, false)).toThrow('a header cannot carry');
    }
  });
  it('may be without TLS when --insecure-server is given', () => {
    expect(parseServerUrl('http://wa.example.com', token, true)).toMatchObject({ token });
  });
});
