import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';

type Shown = Extract<HolderEvent, { kind: 'qr' | 'pair_code' }>;

/**
 * A sandbox has no eyes: what is on show is told to it, for a phone of its that scans by itself. One that cannot be told
 * (it sits behind another address, say) has to be shown it by hand.
 */
export async function showAtSandbox(
  cx: Context,
  { endpoint }: Pick<Session, 'endpoint'>,
  event: Shown,
): Promise<void> {
  if (!endpoint) return;
  const sandbox = (await cx.sandbox()).at(endpoint.url);
  const told = event.kind === 'qr' ? sandbox.show(event.payload) : sandbox.showCode(event.phone, event.code);
  await told.catch((error: unknown) => {
    if (!(error instanceof WactlError)) throw error;
  });
}
