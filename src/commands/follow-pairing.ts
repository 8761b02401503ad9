import type { Context } from '../context.ts';
import type { QrDisplay } from '../ports/io.ts';
import type { PageView } from '../ports/page.ts';
import { eventLine } from '../schema/event-line.ts';
import { joinSignals } from '../domain/join-signals.ts';
import { sessionRecord } from '../schema/session-record.ts';
import type { Session } from '../domain/session.ts';
import { showPairCode } from '../domain/pair-code.ts';
import { DeclinedError } from '../errors.ts';
import { codeWords, passkeyWays } from './passkey-ways.ts';
import { keptPairing } from './pairing-failure.ts';
import { otherWays } from './other-ways.ts';
import { qrTarget } from './qr-flags.ts';
import type { QrFlags } from './qr-flags.ts';
import { showAtSandbox } from './show-at-sandbox.ts';
import { statusEvent, statusSentence } from './status-event.ts';
import { failedView, webPage } from './web-page.ts';
import type { WebFlags } from './web-page.ts';
import type { ShownQr } from '../domain/connection-event.ts';
import type { HolderEvent } from '../domain/held.ts';
import type { PairGoal } from '../domain/connect-goal.ts';

export type FollowOptions = QrFlags &
  WebFlags & {
    /** Milliseconds. */
    readonly timeout?: number;
  };

const waitingForScan = 'waiting for the phone to scan the QR on the page';
const waitingForCode = 'waiting for the code on the page to be typed on the phone';

/** The spinner's text after the login. */
const firstMessages = "logged in; waiting for the phone's first messages";

/**
 * Pairs a session unless it is logged in, and shows the progress: a QR or a code for a person, events with --json, and at
 * the end that it is logged in. The QR or code is wiped when this ends, also when it fails.
 */
export async function followPairing(
  cx: Context,
  session: Session,
  goal: PairGoal,
  options: FollowOptions,
): Promise<'paired' | 'already'> {
  const wactl = await cx.wactl();
  // A QR that cannot be shown cannot be scanned, so this error ends the pairing.
  const unshown = new AbortController();
  const show = createShow(cx, session, options, (error) => unshown.abort(error));
  const { signal, end } = joinSignals(cx.signal, unshown.signal);
  try {
    const timeout = options.timeout === undefined ? {} : { timeoutMs: options.timeout };
    const tell = (event: HolderEvent): void => show.tell(event);
    const { session: paired, already } = await wactl.pair(session.id, goal, { signal, ...timeout }, tell);
    const { phoneNumber: phone, pushName } = paired;
    await show.end({ kind: 'linked', phone, pushName });
    if (already) {
      const { id, phoneNumber } = paired;
      cx.io.result({ id, status: 'logged_in', phone: phoneNumber }, () => '');
      cx.io.say(`${id} is already logged in (+${phoneNumber ?? ''}): nothing to do`);
      return 'already';
    }
    cx.io.event({ event: 'logged_in', ...sessionRecord({ ...paired, status: 'logged_in' }) });
    const who = [paired.pushName, `+${paired.phoneNumber ?? ''}`].filter(Boolean).join(', ');
    cx.io.done(`${paired.id} is logged in (${who})`);
    return 'paired';
  } catch (error) {
    const failure = await keptPairing(cx, session, error);
    await show.end(failedView(failure));
    throw failure;
  } finally {
    end();
  }
}

/** Lets the person compare the codes. Throws DeclinedError when they differ, which ends the pairing. */
async function compare(cx: Context, id: string): Promise<void> {
  if (!cx.io.canPrompt)
    return cx.io.tell(`if the phone shows the same code, say so with: wactl passkey ${id} --confirm`);
  if (!(await cx.io.confirm('Does the phone show the same code?'))) throw new DeclinedError();
  await (await cx.wactl()).confirmPasskey(id, { signal: cx.signal });
}

/** Where the QR is shown; null where it is not. Throws UsageError when it cannot be shown. */
function displayOf(cx: Context, { id }: Session, options: FollowOptions): QrDisplay | null {
  const target = qrTarget(cx, options, otherWays(cx, id));
  return target && cx.io.qrDisplay(target);
}

/** Shows the events of one pairing, one after the other, in the order in which they came. */
function createShow(
  cx: Context,
  session: Session,
  options: FollowOptions,
  onFailure: (error: unknown) => void,
) {
  const page = options.web ? webPage(cx, session.id) : null;
  let qr: QrDisplay | null = null;
  let spinner = cx.io.spinner('connecting to WhatsApp');
  let code: { end(): void } | null = null;
  let shown = Promise.resolve();
  const theCode = page ? "the page's code" : 'the code above';

  const wipe = async (): Promise<void> => {
    code?.end();
    code = null;
    await qr?.end();
  };
  const tellScript = (event: HolderEvent, qrCode?: string): void =>
    cx.io.event(eventLine(session.id, event, cx.clock.now(), qrCode));
  const { timeout: timeoutMs = Infinity } = options;
  const givesUpAtMs = cx.clock.now().getTime() + timeoutMs;
  /** The pairing ends when WhatsApp has no more QRs, or with --timeout. */
  const endOf = ({ pairingEndsAt }: ShownQr): Pick<ShownQr, 'pairingEndsAt'> => {
    const endMs = Math.min(givesUpAtMs, pairingEndsAt?.getTime() ?? Infinity);
    return endMs === Infinity ? {} : { pairingEndsAt: new Date(endMs) };
  };
  const show = async (event: HolderEvent): Promise<void> => {
    await page?.show(event.kind === 'qr' ? { ...event, ...endOf(event) } : event);
    switch (event.kind) {
      case 'qr': {
        if (page) spinner.text(waitingForScan);
        else spinner.stop();
        if (cx.io.json) tellScript(event, await cx.io.qrDataUrl(event.payload));
        qr ??= displayOf(cx, session, options);
        await qr?.show({ ...event, ...endOf(event) });
        if (event.rescan) cx.io.say('WhatsApp asks for one more scan: scan the new QR');
        await showAtSandbox(cx, session, event);
        return;
      }
      case 'pair_code':
        tellScript(event);
        if (page) spinner.text(waitingForCode);
        else {
          spinner.stop();
          code = cx.io.pairCodeDisplay(event.code, event.phone, event.expiresAt);
        }
        if (event.seq > 1) cx.io.say(`WhatsApp asked for a new code: type ${theCode} on the phone`);
        await showAtSandbox(cx, session, event);
        return;
      case 'wrong_code':
        tellScript(event);
        cx.io.warn(`pairing has not finished; perhaps a wrong code was typed: type ${theCode} on the phone`);
        return;
      case 'passkey': {
        tellScript(event);
        spinner.stop();
        await wipe();
        const leftMs = event.expiresAt.getTime() - cx.clock.now().getTime();
        if (!cx.io.json)
          for (const line of passkeyWays(cx, session.id, Math.round(leftMs / 60_000))) cx.io.tell(line);
        spinner = cx.io.spinner('waiting for the passkey');
        await showAtSandbox(cx, session, event);
        return;
      }
      case 'passkey_code':
        tellScript(event);
        spinner.stop();
        cx.io.say(codeWords(showPairCode(event.code)));
        if (event.needsConfirmation) await compare(cx, session.id);
        spinner = cx.io.spinner('waiting for the phone');
        return;
      case 'status':
        cx.io.event(statusEvent(session.id, event));
        spinner.text(statusSentence(event));
        if (event.status === 'connecting') await wipe();
        if (event.status === 'logged_in') {
          spinner.stop();
          spinner = cx.io.spinner(firstMessages);
        }
        return;
      default:
    }
  };
  return {
    tell(event: HolderEvent): void {
      shown = shown.then(() => show(event)).catch(onFailure);
    },
    async end(last: PageView): Promise<void> {
      spinner.stop();
      await shown;
      spinner.stop();
      await wipe();
      await page?.end(last);
    },
  };
}
