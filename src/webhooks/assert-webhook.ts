import { UsageError } from '../errors.ts';
import type { Session } from '../domain/session.ts';

/** Throws UsageError. */
export function assertWebhook<S extends Pick<Session, 'id' | 'webhook'>>(
  session: S,
): asserts session is S & { readonly webhook: NonNullable<S['webhook']> } {
  if (session.webhook) return;
  throw new UsageError(
    `${session.id} has no webhook`,
    `add one with: wactl update ${session.id} --webhook-url URL`,
  );
}
