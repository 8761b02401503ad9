import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';

type Shown = Extract<HolderEvent, { kind: 'qr' | 'pair_code' }>;

/**
 * A sandbox cannot see the screen, so it is sent the QR or code, for a phone of its own that scans by itself. If it
 * cannot be reached (behind another address, for example), a person has to pass the QR or code on.
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
