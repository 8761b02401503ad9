import { TunnelError } from '../domain/proxy.ts';
import { failed, ok, warning } from '../domain/finding.ts';
import type { Endpoint } from '../domain/session.ts';
import type { Clock } from '../ports/clock.ts';
import type { Check } from '../ports/doctor.ts';
import { askServer } from './ask-server.ts';
import type { ServerAnswer } from './ask-server.ts';
import { serverOf } from './client-version.ts';

export type NetworkParts = {
  /** As a new session would be made. Both throw UsageError. */
  readonly settings: { readonly proxy: string | null; readonly endpoint: Endpoint | null };
  readonly clock: Pick<Clock, 'now'>;
};

/** Beyond this, certificates and codes with a time limit begin to fail. */
const largestSkewMs = 60_000;
const timeoutMs = 8_000;

/**
 * `whatsapp`: whether WhatsApp, or the sandbox that is set instead, answers; `clock`: how far this machine's clock is
 * from the `Date` header of that answer, which is in whole seconds.
 */
export function networkChecks({ settings, clock }: NetworkParts): readonly Check[] {
  let answer: ServerAnswer | undefined;
  const whatsapp: Check = {
    name: 'whatsapp',
    needs: ['settings', 'proxy'],
    timeoutMs,
    async examine(signal) {
      const { proxy, endpoint } = settings;
      const server = serverOf(endpoint);
      const where = `${endpoint ? 'the sandbox at ' : ''}${new URL(server).host}`;
      try {
        answer = await askServer(server, proxy, () => clock.now(), signal);
      } catch (error) {
        signal.throwIfAborted();
        return failed(
          'unreachable',
          `${where} cannot be reached (${reasonOf(error)})`,
          remedyOf(error, endpoint),
        );
      }
      return ok(`${where} answers${proxy === null ? '' : ', through the proxy'}`);
    },
  };
  const time: Check = {
    name: 'clock',
    needs: ['whatsapp'],
    timeoutMs: 2_000,
    examine: () => Promise.resolve(skewFinding(answer)),
  };
  return [whatsapp, time];
}

function skewFinding(answer: ServerAnswer | undefined): ReturnType<typeof ok> {
  if (!answer?.date) return warning('not known: the answer has no time');
  // The header is cut to seconds: on average it is half of one behind.
  const skewMs = answer.askedAt.getTime() - (answer.date.getTime() + 500);
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= largestSkewMs) return ok('right, by the time in the answer');
  return warning(
    `${String(seconds)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the time in the answer`,
    'set the clock of this machine, for example: sudo timedatectl set-ntp true',
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof TunnelError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function remedyOf(error: unknown, endpoint: Endpoint | null): string {
  if (error instanceof TunnelError) return 'check the proxy: wactl config get proxy';
  if (endpoint)
    return 'start one: wactl sandbox; or use WhatsApp itself: wactl config unset endpoint, unset WACTL_ENDPOINT';
  return 'check the network; if it needs a proxy: wactl config set proxy URL';
}
