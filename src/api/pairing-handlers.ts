import { eventLine, lifetime } from '../schema/event-line.ts';
import { showPairCode } from '../domain/pair-code.ts';
import { sessionRecord } from '../schema/session-record.ts';
import type { Session } from '../domain/session.ts';
import { answer } from './answer.ts';
import type { ApiRequest, Handler } from './api-request.ts';
import { errorBody } from './error-answer.ts';
import { openEventStream } from './event-stream.ts';
import { firstShown } from './first-shown.ts';
import type { Pairing, Pairings } from './pairings.ts';
import type { ApiParts } from './parts.ts';
import { readPairGoal } from './read-session.ts';
import type { HolderEvent } from '../domain/held.ts';

/** How long a request waits for a QR or a code when it does not say. */
const defaultTimeoutMs = 30_000;

/** Pairing: its first QR or code, or all its events as a stream. It goes on even if no client waits for it. */
export function pairingHandlers(parts: ApiParts, pairings: Pairings) {
  const { clock } = parts;

  const byQr = async (request: ApiRequest) => {
    const except = request.query.flag('fresh', false) ? await renewedQr(parts, request) : undefined;
    const pairing = pairings.start(request.id, { kind: 'pair_by_qr', ...comparing(request) });
    await pairing.begun;
    return { pairing, except };
  };

  const byCode = async (request: ApiRequest): Promise<Pairing> => {
    const goal = await readPairGoal(request.body);
    const pairing = pairings.start(request.id, { ...goal, ...comparing(request) });
    await pairing.begun;
    return pairing;
  };

  const showQr: Handler = async (request) => {
    const { id } = request;
    const { pairing, except } = await byQr(request);
    const first = await firstShown(pairing, 'qr', { ...waiting(parts, request), except });
    if ('session' in first) return loggedIn(first.session);
    const { payload, seq, expiresAt, rescan } = first.shown;
    const drawn = await parts.qrDataUrl?.(payload);
    return answer<'Qr'>({
      id,
      qr_codes: [payload],
      ...(drawn === undefined ? {} : { qr_code: drawn }),
      seq,
      rescan,
      ...lifetime(expiresAt, clock.now()),
      status: 'waiting_for_qr',
    });
  };

  const pairByCode: Handler = async (request) => {
    const { id } = request;
    const pairing = await byCode(request);
    const first = await firstShown(pairing, 'pair_code', waiting(parts, request));
    if ('session' in first) return loggedIn(first.session);
    const { code, phone, seq, expiresAt } = first.shown;
    return answer<'PairCode'>({
      id,
      seq,
      code: showPairCode(code),
      phone_number: phone,
      ...lifetime(expiresAt, clock.now()),
      status: 'waiting_for_pair_code',
    });
  };

  const streamQr: Handler = async (request) => {
    const { pairing, except } = await byQr(request);
    return told(parts, pairing, request, except);
  };

  const streamPairing: Handler = async (request) => told(parts, await byCode(request), request);

  return { showQr, pairByCode, streamQr, streamPairing };
}

const comparing = ({ query }: ApiRequest) => (query.flag('compare', false) ? { comparesCodes: true } : {});

/** Starts the pairing again if its QR is on show, and resolves to that QR, which is not valid any more. */
async function renewedQr({ wactl }: ApiParts, { id, signal }: ApiRequest): Promise<string | undefined> {
  const { held } = await wactl.show(id, { signal });
  if (held?.qr) await wactl.restart(id, { signal });
  return held?.qr?.payload;
}

const loggedIn = ({ id, phoneNumber }: Session): Response =>
  answer<'LoggedIn'>({ id, status: 'logged_in', phone: phoneNumber });

const waiting = ({ clock }: ApiParts, { query, asked }: ApiRequest) => ({
  clock,
  signal: asked,
  timeoutMs: query.timeoutMs() ?? defaultTimeoutMs,
});

/** The pairing as it goes, but for a QR that is not valid any more: its events, and as the last line that it is logged in, or the error. */
function told(
  { clock, signal, qrDataUrl }: ApiParts,
  pairing: Pairing,
  { id, gone, mayGoOn, surface }: ApiRequest,
  except?: string,
): Response {
  const stream = openEventStream(clock, [signal, gone], mayGoOn);
  const logsIn = (session: Session): void => {
    stream.send({ event: 'logged_in', ...sessionRecord({ ...session, status: 'logged_in' }) });
    stream.end();
  };
  let sent = Promise.resolve();
  const inTurn = (work: () => Promise<void> | void): void => {
    sent = sent.then(work).catch(() => stream.end());
  };
  const tell = async (event: HolderEvent): Promise<void> => {
    const drawn = event.kind === 'qr' ? await qrDataUrl?.(event.payload) : undefined;
    stream.send(eventLine(id, event, clock.now(), drawn));
  };
  const unfollow = pairing.follow((event) => {
    if (event.kind !== 'qr' || event.payload !== except) inTurn(() => tell(event));
  });
  stream.closed.addEventListener('abort', unfollow, { once: true });
  pairing.ended.then(
    ({ session }) => inTurn(() => logsIn(session)),
    (error: unknown) =>
      inTurn(() => {
        stream.send({ event: 'error', ...errorBody(error, surface) });
        stream.end();
      }),
  );
  return stream.response;
}
