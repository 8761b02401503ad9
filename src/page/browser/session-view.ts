import { isEnough } from '../../domain/token.ts';
import type { TokenScope } from '../../domain/token.ts';
import type { Board, BoardState, WholeSession } from './board.ts';
import { codeDialog } from './code-dialog.ts';
import { deliveriesView } from './deliveries-view.ts';
import { make, put } from './dom.ts';
import { closeWords, pairingMessage } from './pairing-state.ts';
import type { Pairing } from './pairing-state.ts';
import { pairingView } from './pairing-view.ts';
import { passkeyView } from './passkey-view.ts';
import type { SessionActions } from './session-actions.ts';
import { ago, badge, isLinked, nameOf, phoneOf } from './session-words.ts';

/** One session: how it is, what can be done with it, its pairing and its webhook. */
export function sessionView(board: Pick<Board, 'selectWebhook'>, actions: SessionActions, scope: TokenScope) {
  let session: WholeSession | null | undefined;
  let shownPairing: Pairing | undefined;
  let busy = false;

  const back = make('a', { class: 'back', href: '#/' }, 'All sessions');
  const name = make('h2', { tabindex: '-1', dir: 'auto' });
  const status = badge();
  const id = make('p', { class: 'id faint' });
  const why = make('p', { class: 'why', dir: 'auto' });
  const notice = make('p', { class: 'notice', dir: 'auto' });
  const told = make('div', { role: 'status' }, why, notice);
  const pairing = pairingView('h3');
  const passkey = passkeyView({
    answer: (assertion) => actions.answerPasskey(session?.id ?? '', assertion),
    confirm: () => actions.confirmPasskey(session?.id ?? ''),
  });
  const facts = make('dl', { class: 'facts' });

  /** One at a time; a button keeps the focus while its work goes on. */
  const button = (words: string, work: (session: WholeSession) => Promise<void> | void, look = '') => {
    const root = make('button', { type: 'button', class: look }, words);
    root.addEventListener('click', () => {
      if (!session || busy) return;
      busy = true;
      root.setAttribute('aria-busy', 'true');
      void Promise.resolve(work(session)).finally(() => {
        busy = false;
        root.removeAttribute('aria-busy');
      });
    });
    return root;
  };
  const buttons = {
    connect: button('Connect', ({ id: of }) => actions.act(of, 'connect'), 'primary'),
    // It goes on for minutes, and other things can be done meanwhile.
    qr: button('Show QR code', ({ id: of }) => void actions.pair(of, { kind: 'qr' }), 'primary'),
    code: button('Pair by a code', ({ id: of, phone_number: known }) =>
      codeDialog(phoneOf(known), (phone) => void actions.pair(of, { kind: 'code', phone })),
    ),
    stop: button('Stop pairing', ({ id: of }) => actions.act(of, 'disconnect')),
    disconnect: button('Disconnect', ({ id: of }) => actions.act(of, 'disconnect')),
    restart: button('Restart', ({ id: of }) => actions.act(of, 'restart')),
    logout: button('Log out…', (one) => actions.logOut(one)),
    remove: button('Delete…', (one) => actions.remove(one), 'danger'),
  };
  const tools = make(
    'div',
    { class: 'buttons', role: 'group', 'aria-label': 'Actions' },
    ...Object.values(buttons),
  );
  const webhook = deliveriesView({
    maySend: isEnough(scope, 'admin'),
    choose: (name) => board.selectWebhook(name),
    test: (name) => session && void actions.testWebhook(session.id, name),
    replay: (name, event) => session && void actions.replay(session.id, name, event),
  });
  const body = make('div', {}, told, tools, pairing.root, passkey.root, facts, webhook.root);
  const empty = make('p', { class: 'empty' });
  const root = make(
    'section',
    { class: 'session', 'aria-label': 'Session' },
    back,
    make('div', { class: 'head' }, name, status.root),
    id,
    body,
    empty,
  );

  const showPairing = (now: Pairing | undefined): void => {
    if (now === shownPairing) return;
    shownPairing = now;
    if (!now) return pairing.clear();
    void pairingMessage(now).then((message) => {
      if (shownPairing === now) pairing.show(message);
    });
  };

  return {
    root,
    focus: () => name.focus(),
    show(state: BoardState): void {
      const { selected } = state;
      session = state.session;
      const hadFocus = tools.contains(document.activeElement);
      back.hidden = selected === undefined;
      body.hidden = !session;
      status.root.hidden = !session;
      put(name, session ? nameOf(session) : selected);
      put(id, session && session.name !== null ? session.id : undefined);
      put(empty, emptyWords(state));
      const now = selected === undefined ? undefined : state.pairings.get(selected);
      showPairing(session ? now : undefined);
      passkey.show(session && isEnough(scope, 'pair') ? now : undefined);
      if (!session) return;
      status.show(session);
      const isPairing = now?.isUnderWay ?? false;
      put(why, session.status === 'logged_in' || now ? undefined : closedWords(session));
      const said = state.notices.get(session.id);
      put(notice, said && [said.text, said.hint].filter(Boolean).join(': '));
      notice.className = `notice ${said?.tone ?? ''}`;
      const wanted = buttonsFor(session, isPairing).filter((key) => isEnough(scope, neededFor(key)));
      tools.hidden = wanted.length === 0;
      for (const [key, one] of Object.entries(buttons)) one.hidden = !wanted.includes(key);
      // The button that had it has gone.
      if (hadFocus && !tools.contains(document.activeElement)) name.focus();
      showFacts(facts, session);
      webhook.show(session, state);
    },
  };
}

/** What a token must be allowed for an action. */
const neededFor = (key: string): TokenScope => (key === 'logout' || key === 'remove' ? 'admin' : 'pair');

/** The actions that make sense now. */
function buttonsFor(session: WholeSession, isPairing: boolean): readonly string[] {
  const { status } = session;
  if (status === 'waiting_for_passkey') return ['stop', 'remove'];
  if (isPairing || status.startsWith('waiting_for')) return ['stop', 'code', 'remove'];
  if (!isLinked(session) || session.damaged) return ['qr', 'code', 'remove'];
  switch (status) {
    case 'logged_in':
      return ['disconnect', 'restart', 'logout', 'remove'];
    case 'connecting':
    case 'connected':
      return ['disconnect', 'restart', 'remove'];
    case 'logged_out':
      return ['qr', 'code', 'remove'];
    case 'failed':
      return ['connect', 'qr', 'code', 'logout', 'remove'];
    default:
      return ['connect', 'logout', 'remove'];
  }
}

const emptyWords = ({ selected, session }: BoardState): string | undefined => {
  if (selected === undefined) return 'Choose a session to see how it is.';
  return session === null ? 'There is no session of this id.' : undefined;
};

const closedWords = ({ last_close: close }: WholeSession): string | undefined =>
  close ? `${closeWords(close)} · ${ago(close.at) ?? ''}` : undefined;

function showFacts(list: HTMLElement, session: WholeSession): void {
  const { config } = session;
  const facts: readonly [string, string | null | undefined][] = [
    ['Phone', phoneOf(session.phone_number)],
    ['Name on WhatsApp', session.push_name],
    ['Kept online', config.wants_online ? 'yes' : 'no'],
    ['Last connected', ago(session.last_connected_at)],
    ['Last heard of', ago(session.last_heard_at ?? session.last_seen_at)],
    ['Messages received', session.message_count.toLocaleString('en')],
    ['Proxy', config.proxy],
    ['Sandbox', config.endpoint && new URL(config.endpoint).host],
    ['Held by process', session.holder && String(session.holder.pid)],
    ['Created', ago(session.created_at)],
  ];
  const known = facts.filter((fact): fact is [string, string] => Boolean(fact[1]));
  if (list.dataset['drawn'] === JSON.stringify(known)) return;
  list.dataset['drawn'] = JSON.stringify(known);
  list.replaceChildren(
    ...known.map(([term, value]) =>
      make('div', {}, make('dt', {}, term), make('dd', { dir: 'auto' }, value)),
    ),
  );
}
