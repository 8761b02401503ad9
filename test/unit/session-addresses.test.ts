import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/errors.ts';
import { accountJid, parseJid } from '../../src/domain/jid.ts';
import { isLoopback } from '../../src/domain/loopback.ts';
import { parseProxy } from '../../src/domain/proxy.ts';

describe('jids', () => {
  it.each([
    ['15551234567:12@s.whatsapp.net', { user: '15551234567', device: 12, server: 's.whatsapp.net' }],
    ['15551234567:0@s.whatsapp.net', { user: '15551234567', device: 0, server: 's.whatsapp.net' }],
    ['15551234567@s.whatsapp.net', { user: '15551234567', device: null, server: 's.whatsapp.net' }],
    ['987654321:12@lid', { user: '987654321', device: 12, server: 'lid' }],
    ['@s.whatsapp.net', { user: '', device: null, server: 's.whatsapp.net' }],
    ['15551234567', undefined],
    ['15551234567:@s.whatsapp.net', undefined],
    ['15551234567:x@s.whatsapp.net', undefined],
    ['15551234567@', undefined],
    ['', undefined],
  ])('%s', (text, jid) => {
    expect(parseJid(text)).toEqual(jid);
  });

  it.each([
    ['15551234567:12@s.whatsapp.net', '15551234567@s.whatsapp.net'],
    ['15551234567@s.whatsapp.net', '15551234567@s.whatsapp.net'],
    ['987654321:12@lid', '987654321@lid'],
    ['no jid', 'no jid'],
  ])('the account of %s is %s', (text, account) => {
    expect(accountJid(text)).toBe(account);
  });
});

describe('loopback', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '[::1]'])('%s is this machine', (hostname) => {
    expect(isLoopback(hostname)).toBe(true);
  });

  it.each([
    '',
    'example.com',
    '128.0.0.1',
    '127.0.0.1.example.com',
    'localhost.example.com',
    '0.0.0.0',
    '10.127.0.1',
  ])('"%s" is not', (hostname) => {
    expect(isLoopback(hostname)).toBe(false);
  });
});

describe('proxies', () => {
  it.each([
    'http://proxy:3128',
    'https://proxy.example:443',
    'socks5://user:password@proxy:1080',
    'socks5://[::1]:1080',
  ])('%s is accepted unchanged', (text) => {
    expect(parseProxy(text)).toBe(text);
  });

  it.each([
    '',
    'proxy',
    'proxy:3128',
    'ftp://proxy',
    'socks4://proxy',
    'socks5:proxy:1080',
    'socks5://',
    'http://',
  ])('"%s" is refused', (text) => {
    expect(() => parseProxy(text)).toThrow(UsageError);
  });

  it('is never repeated in the refusal: it may hold a password', () => {
    const refusal = (text: string): string => {
      try {
        return parseProxy(text);
      } catch (error) {
        return JSON.stringify({ ...(error as UsageError), message: (error as UsageError).message });
      }
    };
    expect(refusal('ftp://ada:hunter2@proxy')).not.toContain('hunter2');
  });
});
