import type { DocumentOf } from '../../schema/document-schemas.ts';
import { ApiError } from './api-client.ts';
import { path } from './board.ts';
import type { Board, WholeSession } from './board.ts';
import type { PairWay } from './create-dialog.ts';
import { askFirst } from './dialog.ts';
import { beginning, failed } from './pairing-state.ts';
import { problemOf } from './problem.ts';
import { isLinked, nameOf, phoneOf } from './session-words.ts';

export type Action = 'connect' | 'disconnect' | 'restart' | 'logout';

/** WhatsApp could not be asked to unlink the device. */
const notAsked = ['unreachable', 'timed_out', 'in_use', 'outdated', 'refused', 'banned'];

/** What can be done with sessions. Each tells how it went beside the session, and throws nothing. */
export function sessionActions(board: Board, onDeleted: (words: string) => void) {
  const { client } = board;

  const tell = async (id: string, work: () => Promise<string | undefined>): Promise<void> => {
    board.notice(id, undefined);
    try {
      const text = await work();
      if (text !== undefined) board.notice(id, { tone: 'good', text });
    } catch (error) {
      const isRefusal = error instanceof ApiError;
      board.notice(id, {
        tone: 'bad',
        text: isRefusal ? error.message : problemOf(error),
        ...(isRefusal && { hint: error.hint }),
      });
    }
    board.refresh();
  };

  const act = (id: string, action: Action): Promise<void> =>
    tell(id, async () => {
      const { details } = await client.ask<'ActionResult'>('POST', `${path(id)}/${action}`);
      return details;
    });

  const pair = async (id: string, way: PairWay): Promise<void> => {
    board.notice(id, undefined);
    board.setPairing(id, beginning);
    const lines =
      way.kind === 'qr'
        ? client.follow('GET', `${path(id)}/qr/events`)
        : client.follow('POST', `${path(id)}/pair/events`, { body: { phone_number: way.phone } });
    try {
      for await (const line of lines) {
        if (line.event === 'error') board.setPairing(id, failed(line.error.message, line.error.hint));
        else board.hear(line);
      }
    } catch (error) {
      // A lost connection says nothing about the pairing.
      board.setPairing(id, error instanceof ApiError ? failed(error.message, error.hint) : undefined);
    }
    board.refresh();
  };

  /** Why it does not do; undefined when it does. */
  const refused = async (work: () => Promise<unknown>): Promise<string | undefined> => {
    try {
      await work();
      return undefined;
    } catch (error) {
      return problemOf(error);
    }
  };

  const answerPasskey = (id: string, assertion: object): Promise<string | undefined> =>
    refused(() => client.ask<'PasskeyCode'>('POST', `${path(id)}/passkey`, { assertion }));

  const confirmPasskey = (id: string): Promise<string | undefined> =>
    refused(() => client.ask<'ActionResult'>('POST', `${path(id)}/passkey/confirm`));

  const logOut = async (session: WholeSession): Promise<void> => {
    const isSure = await askFirst({
      title: `Log out ${nameOf(session)}?`,
      words: [
        `WhatsApp unlinks this device from ${phoneOf(session.phone_number) ?? 'its phone'}.`,
        'The session stays here with its name and webhook, but it has to be paired again before it can be used.',
      ],
      yes: 'Log out',
    });
    if (isSure) await act(session.id, 'logout');
  };

  const remove = async (session: WholeSession): Promise<void> => {
    const isSure = await askFirst({
      title: `Delete ${nameOf(session)}?`,
      words: [
        ...(isLinked(session)
          ? [`WhatsApp unlinks this device from ${phoneOf(session.phone_number) ?? 'its phone'}.`]
          : []),
        'Its keys, its settings and its webhook events that still wait are deleted. This cannot be undone.',
      ],
      yes: 'Delete',
    });
    if (isSure) await tell(session.id, () => removeNow(session, ''));
  };

  const removeNow = async (session: WholeSession, query: string): Promise<undefined> => {
    try {
      const gone = await client.ask<'Deleted'>('DELETE', `${path(session.id)}${query}`);
      onDeleted(deletedWords(session, gone));
    } catch (error) {
      if (query !== '' || !(error instanceof ApiError) || !notAsked.includes(error.code)) throw error;
      const isSure = await askFirst({
        title: `Delete ${nameOf(session)} all the same?`,
        words: [
          `WhatsApp could not be asked to unlink this device: ${error.message}.`,
          'If you delete it now, the phone may go on listing it until you remove it there, under Settings > Linked devices.',
        ],
        yes: 'Delete all the same',
      });
      if (!isSure) throw error;
      await removeNow(session, '?force=true');
    }
  };

  const testWebhook = (id: string, name: string): Promise<void> =>
    tell(id, async () => {
      const { delivered, http_status, error, duration_ms } = await client.ask<'WebhookTest'>(
        'POST',
        `${path(id)}/webhook/test?${new URLSearchParams({ name }).toString()}`,
      );
      if (delivered)
        return `The webhook took the test with ${http_status ?? 'no status'} in ${duration_ms} ms`;
      throw new Error(
        `the webhook did not take the test: ${error ?? `it answers ${http_status ?? 'nothing'}`}`,
      );
    });

  const replay = (id: string, name: string, event: string | undefined): Promise<void> =>
    tell(id, async () => {
      const { replayed } = await client.ask<'Replay'>(
        'POST',
        `${path(id)}/webhook/deliveries/replay`,
        event === undefined ? { name, failed: true } : { name, event },
      );
      return replayed === 1 ? '1 event is sent again' : `${replayed} events are sent again`;
    });

  return { act, pair, answerPasskey, confirmPasskey, logOut, remove, testWebhook, replay };
}

export type SessionActions = ReturnType<typeof sessionActions>;

const deletedWords = (session: WholeSession, { not_unlinked: why }: DocumentOf<'Deleted'>): string =>
  why
    ? `${nameOf(session)} is deleted, but its phone may still list the device: ${why.message}`
    : `${nameOf(session)} is deleted`;
