import { Option } from 'commander';
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { PageView, PairingPage } from '../ports/page.ts';
import { showPairCode } from '../domain/pair-code.ts';
import { WactlError } from '../errors.ts';
import { statusSentence } from './status-event.ts';

export type WebFlags = {
  /** Show the QR or code on a page for a browser, and not here. */
  readonly web?: boolean;
};

/** `conflicts`: the options that say otherwise where it is shown, as commander names them. */
export const addWeb = (command: Command, conflicts: readonly string[]): Command =>
  command.addOption(
    new Option('--web', 'show the QR or code on a page in your browser').conflicts([...conflicts]),
  );

/** The page of --web. It is opened with the first thing to show: a session that is logged in already needs none. */
export function webPage(cx: Context, id: string) {
  let page: PairingPage | undefined;
  return {
    async show(event: HolderEvent): Promise<void> {
      const view = viewOf(event);
      if (!view) return;
      page ??= await open(cx, id);
      await page.show(view);
    },
    async end(last: PageView): Promise<void> {
      await page?.end(last);
    },
  };
}

async function open(cx: Context, id: string): Promise<PairingPage> {
  // A script decides by itself where its person looks.
  const page = await cx.page({ browse: !cx.io.json });
  cx.io.event({ event: 'web', id, url: page.url });
  const how = page.isOpened
    ? 'opening this page in your browser'
    : 'open this page in a browser on this machine';
  cx.io.tell(`${how}:`);
  // On a line of its own it is not broken in two, and can be clicked.
  cx.io.tell(page.url);
  return page;
}

/** What the page shows from this event on; undefined when it changes nothing there. */
function viewOf(event: HolderEvent): PageView | undefined {
  switch (event.kind) {
    case 'qr': {
      const { kind, payload, expiresAt, rescan, pairingEndsAt } = event;
      return { kind, payload, expiresAt, rescan, ...(pairingEndsAt && { pairingEndsAt }) };
    }
    case 'pair_code': {
      const { kind, code, phone, expiresAt, seq } = event;
      return { kind, code, phone, expiresAt, isNew: seq > 1 };
    }
    case 'wrong_code':
      return { kind: 'wrong_code' };
    case 'passkey':
      return {
        kind: 'waiting',
        words: 'This account asks for its passkey. The terminal says how to answer.',
      };
    case 'passkey_code':
      return { kind: 'waiting', words: `The phone shows the code ${showPairCode(event.code)}.` };
    case 'status':
      if (event.status === 'logged_in')
        return { kind: 'waiting', words: 'Linked. Waiting for the first messages of the phone…' };
      if (event.status !== 'connecting') return undefined;
      return { kind: 'waiting', words: event.close ? statusSentence(event) : 'Connecting to WhatsApp…' };
    default:
      return undefined;
  }
}

/** The last view of a pairing that failed. */
export const failedView = (error: unknown): PageView =>
  error instanceof WactlError
    ? { kind: 'failed', message: error.message, hint: error.hint }
    : { kind: 'failed', message: 'the terminal says why', hint: undefined };
