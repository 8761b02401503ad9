import { UsageError } from '../errors.ts';
import type { ShownPasskeyCode } from '../domain/connection-event.ts';
import type { ActionResult } from '../domain/held.ts';
import type { CallOptions } from '../ports/wactl.ts';
import { passkeyRecord } from '../schema/passkey-record.ts';
import type { PasskeyRecord } from '../schema/passkey-schema.ts';
import { sessionAt } from './find-session.ts';
import type { AppParts } from './parts.ts';

type Parts = Pick<AppParts, 'records' | 'holder' | 'clock'>;

/** The request for a passkey that a session waits with. Throws UsageError when it waits for none. */
export async function askedPasskey(parts: Parts, id: string, options: CallOptions): Promise<PasskeyRecord> {
  const session = await sessionAt(await parts.records(), id);
  const held = await (await parts.holder()).held(session, options);
  const asked = held && passkeyRecord(held, parts.clock.now());
  if (asked) return asked;
  throw session.paired
    ? new UsageError(
        `${id} is paired already: it needs no passkey`,
        `to see whether it is logged in: wactl status ${id}`,
      )
    : new UsageError(`${id}: WhatsApp asks for no passkey now`, `pair it with: wactl qr ${id}`);
}

export async function answerPasskey(
  parts: Parts,
  id: string,
  assertion: string,
  options: CallOptions,
): Promise<ShownPasskeyCode> {
  const session = await sessionAt(await parts.records(), id);
  const { code, needsConfirmation } = await (await parts.holder()).answerPasskey(session, assertion, options);
  return { code, needsConfirmation };
}

export async function confirmPasskey(parts: Parts, id: string, options: CallOptions): Promise<ActionResult> {
  const session = await sessionAt(await parts.records(), id);
  await (await parts.holder()).confirmPasskey(session, options);
  return {
    id,
    status: 'waiting_for_passkey',
    details: 'the codes are the same; the phone now links the device',
  };
}
