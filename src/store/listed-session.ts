import { DamagedSessionError, WactlError } from '../errors.ts';
import type { Session, SessionStatus, Webhook } from '../domain/session.ts';
import type { Row } from './row-values.ts';
import type { SecretSeals } from './seal.ts';
import { damagedSessionOf, factsIn, unopened, wholeRow } from './session-row.ts';
import { unsealedText } from './sealed-text.ts';
import { headersIn, otherWebhooksIn } from './webhook-columns.ts';

/**
 * As `sessionOf`, but without the key: a secret is opened when it is read, which throws what opening it throws. `live`:
 * statuses that holders report.
 */
export function listedSessionOf(
  raw: Row,
  seals: SecretSeals,
  live: ReadonlyMap<string, SessionStatus>,
): Session {
  const withStatus = (session: Session): Session => ({
    ...session,
    status: live.get(session.id) ?? session.status,
  });
  let row: Row;
  let session: Session;
  try {
    row = wholeRow(raw);
    session = withStatus(factsIn(row, unopened));
  } catch {
    return withStatus(damagedSessionOf(raw, ifAtHand(seals)));
  }
  const { id, webhook } = session;
  const read = (column: string): string | null => {
    try {
      return unsealedText(row, id, column, seals);
    } catch (error) {
      if (error instanceof WactlError) throw error;
      throw new DamagedSessionError({ id, damaged: 'delete' });
    }
  };
  const withSecret = (hook: Webhook): Webhook => ({
    ...hook,
    get secret() {
      return read('webhook_secret');
    },
  });
  const withHeaders = (hook: Webhook): Webhook => ({
    ...hook,
    get secret() {
      return read('webhook_secret');
    },
    get headers() {
      return headersIn(read('webhook_headers')).headers ?? {};
    },
  });
  return {
    ...session,
    webhook: webhook && (row['webhook_headers'] === null ? withSecret(webhook) : withHeaders(webhook)),
    get otherWebhooks() {
      return otherWebhooksIn(read('other_webhooks'));
    },
    get proxy() {
      return read('proxy');
    },
  };
}

/** Without the key, a damaged session with a proxy counts as one whose proxy is lost. */
const ifAtHand = (seals: SecretSeals): Pick<SecretSeals, 'open'> => ({
  open(sealed, place) {
    try {
      return seals.open(sealed, place);
    } catch {
      return undefined;
    }
  },
});
