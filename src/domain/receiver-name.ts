import { UsageError } from '../errors.ts';
import { globalReceiver } from './box.ts';

/** What the name of a session's webhook looks like. */
export const receiverNamePattern = /^[a-z0-9][a-z0-9._-]{0,31}$/;

/** Checks the name of a session's webhook. Throws UsageError. */
export function parseReceiverName(text: string): string {
  if (!receiverNamePattern.test(text)) {
    throw new UsageError(
      'invalid name of a webhook',
      'use up to 32 of a-z, 0-9, ".", "_" and "-", beginning with a letter or digit',
    );
  }
  if (text === globalReceiver) {
    throw new UsageError(
      `"${globalReceiver}" is the webhook of all sessions, which is set for this machine`,
      'set it with: wactl config set global_webhook_url URL',
    );
  }
  return text;
}
