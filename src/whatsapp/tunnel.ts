import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as netConnect } from 'node:net';
import type { Socket } from 'node:net';
import { TunnelError } from '../domain/proxy.ts';

export type TunnelTarget = { readonly host: string; readonly port: number };

const tunnelTimeoutMs = 20_000;

/**
 * A socket to `target` through an http, https or socks5 proxy; the proxy resolves names. Throws TunnelError, also when
 * `signal` is aborted; never bypasses the proxy.
 */
export async function openTunnel(proxy: string, target: TunnelTarget, signal: AbortSignal): Promise<Socket> {
  const url = URL.canParse(proxy) ? new URL(proxy) : undefined;
  switch (url?.protocol) {
    case 'http:':
    case 'https:':
      return connectMethod(url, target, signal);
    case 'socks5:':
    case 'socks5h:':
      return socks(url, target, signal);
    default:
      throw new TunnelError('the proxy address is not an http, https or socks5 URL');
  }
}

function connectMethod(proxy: URL, { host, port }: TunnelTarget, signal: AbortSignal): Promise<Socket> {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const request = (proxy.protocol === 'https:' ? httpsRequest : httpRequest)({
    host: bareHost(proxy),
    port: proxy.port || (proxy.protocol === 'https:' ? 443 : 80),
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...authorization(proxy) },
    agent: false,
    timeout: tunnelTimeoutMs,
    signal,
  });
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown) => {
      reject(new TunnelError(message, { cause }));
      request.destroy();
    };
    request.once('connect', (response, socket) => {
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      fail(`the proxy answered ${response.statusCode}`);
    });
    request.once('response', (response) => fail(`the proxy answered ${response.statusCode}`));
    request.once('timeout', () => fail('the proxy did not answer in time'));
    request.once('error', (cause) => fail('the proxy cannot be reached', cause));
    request.end();
  });
}

async function socks(proxy: URL, { host, port }: TunnelTarget, signal: AbortSignal): Promise<Socket> {
  const address = { host: bareHost(proxy), port: Number(proxy.port || 1080) };
  const socket = netConnect(address);
  // Only while the tunnel is being opened: what is said through it afterwards has its own end.
  const cut = (): void => void socket.destroy(new Error('aborted'));
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  const user = proxy.username ? { user: decodeURIComponent(proxy.username) } : {};
  const password = proxy.password ? { password: decodeURIComponent(proxy.password) } : {};
  try {
    await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    const { socksHandshake } = await import('./socks-handshake.ts');
    const target = { proxy: address, ...user, ...password, destination: { host, port } };
    await socksHandshake(socket, target, tunnelTimeoutMs);
    return socket;
  } catch (cause) {
    socket.destroy();
    throw new TunnelError('the SOCKS proxy did not let the connection through', { cause });
  } finally {
    signal.removeEventListener('abort', cut);
  }
}

/** Without the brackets that a URL puts around an IPv6 address. */
const bareHost = (proxy: URL): string => proxy.hostname.replace(/^\[|\]$/g, '');

function authorization({ username, password }: URL): Record<string, string> {
  if (!username) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
