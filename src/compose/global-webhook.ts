import { UsageError } from '../errors.ts';
import type { Webhook } from '../domain/session.ts';
import type { Settings } from '../ports/settings.ts';

/**
 * The webhook of all sessions as the settings have it now. While somebody has written something bad there, the one before
 * stays: events of sessions must not be lost for it.
 */
export function globalWebhookOf(
  settings: Pick<Settings, 'globalWebhook'>,
  warn: (sentence: string) => void,
): () => Webhook | null {
  let last: Webhook | null = null;
  let told: string | undefined;
  return () => {
    try {
      last = settings.globalWebhook;
      told = undefined;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (told !== error.message)
        warn(`the webhook of all sessions is used as it was before: ${error.message}`);
      told = error.message;
    }
    return last;
  };
}
