import type { IncomingMessage, ServerResponse } from 'node:http';
import { exitStatuses, UsageError, WactlError } from '../errors.ts';
import { changeAccount } from './account.ts';
import { controlPath } from './control-protocol.ts';
import type { OrderFailure, OrderName, Orders } from './control-protocol.ts';
import { report } from './report.ts';
import type { Sandbox } from './sandbox.ts';

const largestBody = 256 * 1024;
const loopbackHost = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/u;

type Input = Readonly<Record<string, unknown>>;

const text = (input: Input, name: string): string => {
  const value = input[name];
  if (typeof value !== 'string' || value === '') throw new UsageError(`"${name}" is missing`);
  return value;
};

const optionalText = (input: Input, name: string): string | undefined =>
  input[name] === undefined ? undefined : text(input, name);

const editAccount = (sandbox: Sandbox, input: Input): Orders['account']['output'] => {
  const phone = sandbox.phone(optionalText(input, 'phone'));
  const { account } = phone;
  const { pushName } = account;
  changeAccount(account, Object(input['account']) as object);
  if (account.pushName !== pushName) sandbox.rename(account.pushName, phone);
  return { phone: phone.number, account };
};

const scan = (sandbox: Sandbox, input: Input): Orders['scan']['output'] => {
  const qr = optionalText(input, 'qr');
  const phone = sandbox.phone(optionalText(input, 'phone'));
  const { jid } = qr === undefined ? sandbox.scanShown(phone) : sandbox.scan(qr, phone);
  return { jid };
};

const orders: {
  readonly [N in OrderName]: (
    sandbox: Sandbox,
    input: Input,
  ) => Orders[N]['output'] | Promise<Orders[N]['output']>;
} = {
  scan,
  show: (sandbox, input) => ({ scanned: sandbox.show(text(input, 'qr')) }),
  'show-code': (sandbox, input) => ({ typed: sandbox.showCode(text(input, 'phone'), text(input, 'code')) }),
  'enter-code': async (sandbox, input) => ({
    jid: (await sandbox.enterCode(text(input, 'phone'), text(input, 'code'))).jid,
  }),
  'show-passkey': (sandbox, input) => ({ assertion: sandbox.showPasskey(text(input, 'options')) }),
  'sign-passkey': (sandbox, input) => ({
    assertion: sandbox.signPasskey(text(input, 'options'), sandbox.phone(optionalText(input, 'phone'))),
  }),
  unlink: (sandbox, input) => ({ unlinked: sandbox.unlink(text(input, 'target')) }),
  'send-text': (sandbox, input) => {
    const from = optionalText(input, 'from');
    const phone = from === undefined ? undefined : sandbox.phone(from);
    return { id: sandbox.sendText(text(input, 'device'), text(input, 'text'), phone) };
  },
  fault: (sandbox, input) => {
    sandbox.fault(input);
    return {};
  },
  'clear-faults': (sandbox) => ({ cleared: sandbox.clearFaults() }),
  account: editAccount,
  status: report,
  stop: (sandbox) => {
    setImmediate(() => void sandbox.close());
    return {};
  },
};

const isOrder = (name: string): name is OrderName => Object.hasOwn(orders, name);

const readBody = async (request: IncomingMessage): Promise<Input> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > largestBody) throw new UsageError('the order is too long');
    chunks.push(chunk);
  }
  let body: unknown;
  try {
    body = length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch (cause) {
    throw new WactlError('usage', 'the order is not valid JSON', undefined, { cause });
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new UsageError('the order is not a JSON object');
  return body as Input;
};

const reply = (response: ServerResponse, status: number, body: object): void => {
  const json = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(json),
    connection: 'close',
  });
  response.end(json);
};

const failure = (error: unknown): OrderFailure => {
  if (!(error instanceof WactlError)) return { error: { code: 'internal', message: 'the sandbox failed' } };
  const { code, message, hint } = error;
  return { error: { code, message, ...(hint === undefined ? {} : { hint }) } };
};

/** Whether a request comes from a program on this machine, not from a page in its browser. */
const isTrusted = ({ headers }: IncomingMessage): boolean =>
  loopbackHost.test(headers.host ?? '') &&
  headers.origin === undefined &&
  headers['sec-fetch-site'] === undefined;

/** Answers one order. Throws nothing. */
export async function answerOrder(
  sandbox: Sandbox,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = (request.url ?? '').slice(controlPath.length);
  if (!isTrusted(request))
    return reply(response, 403, failure(new UsageError('the sandbox takes no orders from a browser')));
  if (!isOrder(name)) return reply(response, 404, failure(new UsageError(`unknown order "${name}"`)));
  if (request.method !== 'POST' && name !== 'status')
    return reply(response, 405, failure(new UsageError('orders must be sent with POST')));
  try {
    reply(response, 200, await orders[name](sandbox, await readBody(request)));
  } catch (error) {
    const known = error instanceof WactlError && error.exitStatus !== exitStatuses.internal;
    reply(response, known ? 400 : 500, failure(error));
  }
}
