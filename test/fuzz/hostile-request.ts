import { connect } from 'node:net';
import type { NetConnectOpts } from 'node:net';
import type { FuzzReport } from './fuzz-report.ts';
import { hostileBody } from './hostile-json.ts';
import { hostileTexts } from './hostile-values.ts';
import type { Choices } from './hostile-values.ts';

const methods = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'HEAD',
  'TRACE',
  'get',
  'X'.repeat(300),
  '',
];
const line = (text: string): string => text.replaceAll(/[\r\n]/g, '');

export type Target = {
  readonly at: NetConnectOpts;
  readonly host: string;
  readonly token: string;
  /** With "a" for a session. */
  readonly paths: readonly string[];
  readonly bodies: readonly unknown[];
};

/** The bytes of a request that no client of ours would send. */
function hostileRequest(choices: Choices, { host, token, paths, bodies }: Target): Buffer {
  if (choices.chance(0.05)) return choices.bytes(choices.below(2_000));
  const path = choices
    .of(paths)
    .replace('/a', () =>
      choices.chance(0.5)
        ? '/a'
        : `/${encodeURIComponent(line(choices.of(hostileTexts.filter((text) => !/\p{Surrogate}/u.test(text)))))}`,
    )
    .concat(
      choices.chance(0.3)
        ? `?${choices.of(['per_page', 'timeout_seconds', 'x', 'page'])}=${encodeURIComponent(choices.of(['-1', '1e9', 'NaN', '%', '9'.repeat(400)]))}`
        : '',
    );
  const method = choices.chance(0.7) ? choices.of(methods.slice(0, 5)) : choices.of(methods);
  const body = hostileBody(choices, choices.of(bodies));
  const headers = [
    choices.chance(0.9) ? `host: ${host}` : `host: ${line(choices.of(hostileTexts)).slice(0, 500)}`,
    ...(choices.chance(0.8) ? [`authorization: Bearer ${token}`] : []),
    ...(choices.chance(0.1) ? ['authorization: Basic x'] : []),
    ...(choices.chance(0.8) ? ['content-type: application/json'] : ['content-type: text/html; charset=x']),
    ...(choices.chance(0.1) ? ['origin: https://evil.example'] : []),
    ...(choices.chance(0.05) ? [`x: ${'y'.repeat(20_000)}`] : []),
    ...(choices.chance(0.1)
      ? ['transfer-encoding: chunked']
      : [`content-length: ${String(Buffer.byteLength(body) + choices.of([0, 0, 0, 0, 1, -1]))}`]),
    'connection: close',
  ];
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}

/** Sends one, and returns the status of the answer; undefined when there is none. Leaves a stream after a moment. */
export const sendHostile = (
  report: FuzzReport,
  choices: Choices,
  target: Target,
): Promise<number | undefined> =>
  new Promise((resolve) => {
    report.tried++;
    let answer = '';
    const socket = connect(target.at);
    const end = (): void => {
      socket.destroy();
      const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1];
      resolve(status === undefined ? undefined : Number(status));
    };
    socket.setTimeout(300, end);
    socket.on('error', end).on('close', end);
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1').slice(0, 1_000)));
    socket.write(hostileRequest(choices, target));
    if (choices.chance(0.1)) socket.end();
  });
