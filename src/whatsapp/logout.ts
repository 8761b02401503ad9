import { S_WHATSAPP_NET } from '@whiskeysockets/baileys';
import type { BinaryNode } from '@whiskeysockets/baileys';
import { WactlError } from '../errors.ts';
import { ruleOf } from '../domain/close-table.ts';
import type { Attempt } from './attempt.ts';
import { Ending } from './ending.ts';
import { unlessAborted } from './with-deadline.ts';

/**
 * Asks WhatsApp to drop this companion and waits for its answer; a close with 401 also counts as one. Throws
 * `timed_out` or `unreachable`.
 */
export async function unlink(
  { socket, creds, withDeadline }: Attempt,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const companion: BinaryNode = {
    tag: 'remove-companion-device',
    attrs: { jid: creds.me?.id ?? '', reason: 'user_initiated' },
  };
  const answer = socket.query({
    tag: 'iq',
    attrs: { to: S_WHATSAPP_NET, type: 'set', xmlns: 'md' },
    content: [companion],
  });
  try {
    if (await unlessAborted(withDeadline(answer, timeoutMs), signal)) return;
    throw new Ending('timed_out');
  } catch (cause) {
    if (signal?.aborted) throw cause;
    const rule = cause instanceof Ending ? ruleOf(cause) : undefined;
    if (rule?.isUnlinked) return;
    throw new WactlError(
      rule?.errorCode === 'timed_out' ? 'timed_out' : 'unreachable',
      'WhatsApp did not confirm that the device is unlinked',
      'try again, or remove it on the phone under Linked devices',
      { cause },
    );
  }
}
