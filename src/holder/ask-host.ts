import { startDeadline } from '../domain/deadline.ts';
import { distrustOf } from '../domain/distrust.ts';
import { NotHeldError, WactlError } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';
import type { Lease, Leases } from '../ports/leases.ts';
import type { Peers } from '../ports/peers.ts';
import { abortable } from './abortable.ts';
import type { Answering } from './ask-process.ts';

export type AskHostParts = {
  readonly leases: Pick<Leases, 'leaseOf'>;
  readonly clock: Clock;
  readonly peers: Pick<Peers, 'atHost'>;
};

/** A network is between the machines. */
const silentAfterMs = 5_000;

/**
 * The holder on another machine. Whether that has gone cannot be known from here, so its lease is never dead. Throws `in_use` when it
 * cannot be asked, and NotHeldError when the lease has changed meanwhile.
 */
export async function askHost(
  { leases, clock, peers }: AskHostParts,
  { sessionId: id, leaseId, host, url, serverId }: Lease & { readonly host: string },
  signal: AbortSignal,
): Promise<Answering> {
  if (url === undefined || serverId === undefined) {
    throw new WactlError('in_use', `${id} is held on the machine ${host}`, `run this there; ${orLater}`);
  }
  // What is wrong with the key is told to the caller.
  const peer = await peers.atHost(url, serverId);
  const silent = new WactlError('unreachable', 'no answer');
  const deadline = startDeadline(clock, signal, silentAfterMs, () => silent);
  let why: Why = { words: 'it does not hold the session', hint: lookThere };
  try {
    const held = await abortable(peer.held({ id }, { signal: deadline.signal }), deadline.signal);
    if (held) return { peer, held: { ...held, host } };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof WactlError)) throw error;
    why = whyNot(error);
  } finally {
    deadline.end();
  }
  if ((await leases.leaseOf(id))?.leaseId !== leaseId) throw new NotHeldError(id);
  throw new WactlError(
    'in_use',
    `${id} is held on the machine ${host}, which could not be asked at ${url}: ${why.words}`,
    `${why.hint}; ${orLater}`,
  );
}

const lookThere = 'look there with: wactl doctor';
const orLater = 'if that machine has gone, try again in a minute';

type Why = { readonly words: string; readonly hint: string };

/** In words for a person, with the code of the network's failure if it was one. */
function whyNot({ message, cause }: WactlError): Why {
  const code = cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;
  const distrust = code === undefined ? undefined : distrustOf(code);
  if (distrust !== undefined) {
    return { words: `its certificate is not trusted (${code ?? ''})`, hint: distrust };
  }
  const { words, isAddress = false } = failures[code ?? ''] ?? {};
  return {
    words: words === undefined ? message : `${words} (${code ?? ''})`,
    hint: isAddress
      ? 'if others should reach it at another address, start it there with: wactl serve --advertise URL'
      : lookThere,
  };
}

const noName = { words: 'that name is not known here', isAddress: true };
const noWay = { words: 'no network leads there', isAddress: true };

/** By the code of Node. */
const failures: Readonly<Record<string, { readonly words: string; readonly isAddress?: boolean }>> = {
  ECONNREFUSED: { words: 'nothing listens there' },
  ECONNRESET: { words: 'the connection was cut' },
  ETIMEDOUT: { words: 'no answer' },
  ENOTFOUND: noName,
  EAI_AGAIN: noName,
  EHOSTUNREACH: noWay,
  ENETUNREACH: noWay,
};
