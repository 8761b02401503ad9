import type { Context } from '../context.ts';
import { WactlError } from '../errors.ts';
import type { Session } from '../domain/session.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { SandboxControl } from '../ports/sandbox.ts';

type Shown = Extract<HolderEvent, { kind: 'qr' | 'pair_code' | 'passkey' }>;

/**
 * A sandbox cannot see the screen, so it is sent the QR, the code or the request for a passkey, for a phone of its own that
 * acts by itself. If it cannot be reached (behind another address, for example), a person has to pass it on.
 */
export async function showAtSandbox(
  cx: Context,
  { id, endpoint }: Pick<Session, 'id' | 'endpoint'>,
  event: Shown,
): Promise<void> {
  if (!endpoint) return;
  const sandbox = (await cx.sandbox()).at(endpoint.url);
  await show(cx, id, sandbox, event).catch((error: unknown) => {
    if (!(error instanceof WactlError)) throw error;
  });
}

async function show(cx: Context, id: string, sandbox: SandboxControl, event: Shown): Promise<void> {
  switch (event.kind) {
    case 'qr':
      return sandbox.show(event.payload);
    case 'pair_code':
      return sandbox.showCode(event.phone, event.code);
    case 'passkey': {
      const assertion = await sandbox.showPasskey(event.options);
      if (assertion !== null) await (await cx.wactl()).answerPasskey(id, assertion, { signal: cx.signal });
    }
  }
}
