import { describe, expect, it } from 'vitest';
import { sessionStatuses } from '../../src/domain/session.ts';
import { topics } from '../../src/help/topics.ts';
import { readCommandLine, runProgram } from '../../src/program.ts';
import type { GlobalFlags, ProgramOptions } from '../../src/program.ts';

const unused = (): never => {
  throw new Error('nothing else is opened or written');
};
const words = {
  session: ['office', 'shop', 'shop-2'],
  setting: ['proxy', 'qr_style'],
  fault: ['failure', 'silence'],
  token: ['board', 'ci'],
  webhook: ['default', 'crm', 'shop', 'global'],
};

/** The lines for a command line whose last word is being typed: "wactl show s". */
async function linesFor(
  line: string,
  named: ProgramOptions['named'] = () => (kind) => Promise.resolve(words[kind]),
) {
  const [, ...typed] = line.split(' ');
  let answer = '';
  const argv = ['__complete', String(typed.length - 1), ...typed];
  await runProgram(readCommandLine(argv), {
    version: '1.2.3',
    open: unused,
    faults: () => Promise.resolve(''),
    write: unused,
    script: (text) => void (answer += text),
    named,
  });
  return answer.split('\n');
}

const wordsFor = async (line: string): Promise<string> =>
  (await linesFor(line)).map((one) => one.replace(/ .*/, '')).join(' ');

describe('completion', () => {
  it.each([
    ['wactl sta', 'status :nothing'],
    ['wactl zzz', ':nothing'],
    ['wactl show ', 'office shop shop-2 :nothing'],
    ['wactl show sh', 'shop shop-2 :nothing'],
    ['wactl show shop ', ':nothing'],
    ['wactl status shop ', 'office shop-2 :nothing'],
    ['wactl rm office s', 'shop shop-2 :nothing'],
    ['wactl create ', ':nothing'],
    ['wactl config ', 'get set unset list path encryption :nothing'],
    ['wactl config get ', 'proxy qr_style :nothing'],
    ['wactl config set q', 'qr_style :nothing'],
    ['wactl config set qr_style ', ':nothing'],
    ['wactl sandbox fault s', 'silence :nothing'],
    ['wactl sandbox unlink sh', 'shop shop-2 :nothing'],
    ['wactl webhook list o', 'office :nothing'],
    ['wactl webhook list shop ', 'default crm shop global :nothing'],
    ['wactl webhook replay --failed shop c', 'crm :nothing'],
    ['wactl webhook test shop gl', 'global :nothing'],
    ['wactl webhook set shop ', 'default crm shop :nothing'],
    ['wactl webhook remove shop ', 'default crm shop :nothing'],
    ['wactl webhook show shop ', ':nothing'],
    ['wactl webhook list shop crm ', ':nothing'],
    ['wactl token revoke ', 'board ci :nothing'],
    ['wactl token create ', ':nothing'],
    ['wactl token create x --scope ', 'read pair admin :nothing'],
    ['wactl completion ', 'bash zsh fish powershell :nothing'],
    ['wactl help con', 'connect config :nothing'],
    ['wactl help ex', 'export exit-codes :nothing'],
    ['wactl help config s', 'set :nothing'],
    ['wactl help list ', ':nothing'],
    ['wactl list --se', '--search --server :nothing'],
    ['wactl list --status fa', 'failed :no-space'],
    ['wactl list --status failed,lo', 'failed,logged_in failed,logged_out :no-space'],
    ['wactl list --status=failed,logged_i', '--status=failed,logged_in :no-space'],
    ['wactl status --expect logged_o', 'logged_out :nothing'],
    ['wactl status --expect logged_out sho', 'shop shop-2 :nothing'],
    ['wactl qr --format ', 'terminal raw data-url png svg :nothing'],
    ['wactl qr --style=h', '--style=half-block :nothing'],
    ['wactl qr --nothing=h', ':nothing'],
    ['wactl qr --output ', ':files'],
    ['wactl create --proxy-file=a', ':files'],
    ['wactl --config-dir ', ':directories'],
    ['wactl import ', ':files'],
    ['wactl backup a', ':files'],
    ['wactl store copy ', ':directories'],
    ['wactl store copy old n', ':directories'],
    ['wactl store copy old new ', ':nothing'],
    ['wactl --config-dir somewhere show of', 'office :nothing'],
    ['wactl -q show of', 'office :nothing'],
    ['wactl show -- o', 'office :nothing'],
    ['wactl show -- --', ':nothing'],
    ['wactl frob ', ':nothing'],
  ])('%s: %s', async (line, expected) => {
    expect(await wordsFor(line)).toBe(expected);
  });

  it('has every status, every command and every topic', async () => {
    expect(await wordsFor('wactl list --status ')).toBe(`${sessionStatuses.join(' ')} :no-space`);
    expect(await wordsFor('wactl ')).toMatch(/^create qr pair .* completion .* help :nothing$/);
    for (const topic of Object.keys(topics)) expect(await wordsFor('wactl help ')).toContain(topic);
  });

  it('says what each word is', async () => {
    expect(await linesFor('wactl lis')).toEqual(['list list the sessions', ':nothing']);
    expect(await linesFor('wactl list --pe')).toEqual([
      '--per-page sessions per page (default: 25)',
      ':nothing',
    ]);
  });

  it('asks the store that the flags name', async () => {
    const asked: GlobalFlags[] = [];
    await linesFor('wactl --config-dir=there show --server http://127.0.0.1:1 ', (flags) => {
      asked.push(flags);
      return () => Promise.resolve([]);
    });
    expect(asked).toEqual([{ color: true, configDir: 'there', server: 'http://127.0.0.1:1' }]);
  });

  it('asks for the webhooks of the session that is named', async () => {
    const asked: unknown[] = [];
    await linesFor('wactl webhook test shop ', () => (...given) => {
      asked.push(given);
      return Promise.resolve([]);
    });
    expect(asked).toEqual([['webhook', 'shop']]);
  });

  it('is silent when the store cannot be read', async () => {
    expect(await linesFor('wactl show ', () => () => Promise.reject(new Error('damaged')))).toEqual([
      ':nothing',
    ]);
  });

  it.each([[[]], [['x']], [['-1', 'list']], [['5', 'list']], [['0', '--json', '--version']]])(
    'answers a call that no script makes: %j',
    async (args: string[]) => {
      let answer = '';
      const options = { version: '', open: unused, faults: () => Promise.resolve(''), write: unused };
      const script = (text: string): void => void (answer += text);
      await runProgram(readCommandLine(['__complete', ...args]), { ...options, script });
      expect(answer).toMatch(/(^|\n):\S+$/);
    },
  );
});
