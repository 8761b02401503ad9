import { describe, expect, it } from 'vitest';
import { advertisedIn, advertisedOf, parseAdvertised } from '../../src/domain/advertised.ts';

describe('the address for other hosts', () => {
  it.each([
    [['http://127.0.0.1:7764'], null],
    [['unix:/run/wactl.sock'], null],
    [['http://[::1]:7764', 'unix:/run/wactl.sock'], null],
    [['http://0.0.0.0:7764'], 'http://10.0.0.11:7764'],
    [['https://[::]:443'], 'https://wa-1'],
    [['http://127.0.0.1:7764', 'https://10.0.0.5:8443'], 'https://10.0.0.5:8443'],
    [['http://wa.example.com:7764'], 'http://wa.example.com:7764'],
  ])('of a server at %j is %s', (urls, expected) => {
    expect(advertisedOf(urls, 'wa-1', '10.0.0.11')).toBe(expected);
  });

  it.each([
    ['fd00::11', 'http://[fd00::11]:7764'],
    [null, 'http://wa-1:7764'],
  ])('of a server on all addresses, one of which is %s, is %s', (ownAddress, expected) => {
    expect(advertisedOf(['http://[::]:7764'], 'wa-1', ownAddress)).toBe(expected);
  });

  it.each([
    ['http://wa-1.internal:7764', 'http://wa-1.internal:7764'],
    ['https://WA-1/', 'https://wa-1'],
    ['http://[fd00::1]:7764', 'http://[fd00::1]:7764'],
  ])('may be given as %s', (given, read) => {
    expect(parseAdvertised(given)).toBe(read);
  });

  it('may come from the environment, which is named when it is wrong', () => {
    expect(advertisedIn({ WACTL_ADVERTISE: 'http://wa-1:7764' })).toBe('http://wa-1:7764');
    expect([advertisedIn({}), advertisedIn({ WACTL_ADVERTISE: '' })]).toEqual([null, null]);
    expect(() => advertisedIn({ WACTL_ADVERTISE: 'wa-1' })).toThrow(
      'invalid address "wa-1" in WACTL_ADVERTISE',
    );
  });

  it.each([
    '',
    'wa-1',
    'wa-1:7764',
    'ftp://wa-1',
    'http://a:b@wa-1',
    'http://wa-1/x',
    'http://wa-1/?x',
    'unix:/x',
  ])('is not given as "%s"', (given) => {
    expect(() => parseAdvertised(given)).toThrow('invalid address');
  });
});
