import { describe, expect, it } from 'vitest';
import { browserPlaces, findBrowser } from '../../src/devtools/find-browser.ts';

describe('where a browser is looked for', () => {
  it.each<[string, Record<string, string>, string]>([
    ['linux', { PATH: '/a:/b' }, '/a/google-chrome-stable'],
    ['linux', { PATH: '/a:/b' }, '/b/chromium'],
    ['darwin', {}, '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'],
    ['darwin', {}, '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
    ['win32', { PROGRAMFILES: 'C:\\Programs' }, 'C:\\Programs\\Google\\Chrome\\Application\\chrome.exe'],
    ['win32', { 'PROGRAMFILES(X86)': 'C:\\P86' }, 'C:\\P86\\Microsoft\\Edge\\Application\\msedge.exe'],
  ])('%s, with %j: %s', (platform, env, place) => {
    expect(browserPlaces(platform, env)).toContain(place);
  });

  it('a program that is named is taken, also without a display', async () => {
    expect(await findBrowser(process.execPath, 'linux', {})).toBe(process.execPath);
  });

  it.each<[string, string | undefined, Record<string, string>, string]>([
    ['without a display', undefined, { PATH: '/' }, 'this machine has no display'],
    [
      'where there is none',
      undefined,
      { PATH: '/', DISPLAY: ':0' },
      'no Chrome, Chromium or Edge was found here',
    ],
    ['for a name that is no program', '/does/not/exist', {}, '"/does/not/exist" is not a program'],
  ])('%s the error says so', async (_, given, env, words) => {
    await expect(findBrowser(given, 'linux', env)).rejects.toThrow(words);
  });
});
