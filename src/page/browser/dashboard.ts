import { isEnough } from '../../domain/token.ts';
import type { DocumentOf } from '../../schema/document-schemas.ts';
import { ApiError, apiClient } from './api-client.ts';
import { Board } from './board.ts';
import type { BoardState } from './board.ts';
import { createDialog } from './create-dialog.ts';
import { make, put } from './dom.ts';
import { linkBanner } from './link-banner.ts';
import { loginView } from './login-view.ts';
import { problemOf } from './problem.ts';
import { sessionActions } from './session-actions.ts';
import { hashOf, sessionList } from './session-list.ts';
import { sessionView } from './session-view.ts';

/** The page of `serve`. The token is in this script's memory and nowhere else. */

type Access = DocumentOf<'Access'>;

const scopes: Readonly<Record<Access['scope'], string>> = {
  read: 'may look',
  pair: 'may pair, connect and disconnect',
  admin: 'may do everything',
};

/** Which token this is, where there are several. */
const who = ({ name, scope, session }: Access): HTMLElement =>
  make(
    'p',
    { class: 'who faint', hidden: name === 'WACTL_TOKEN' },
    `${name}: ${scopes[scope]}${session === null ? '' : `, with ${session} alone`}`,
  );

/** The id in "#/shop": no secret, so that a link and "back" lead to a session. */
function idInAddress(): string | undefined {
  const [, id] = /^#\/(.+)$/.exec(location.hash) ?? [];
  try {
    return id === undefined ? undefined : decodeURIComponent(id);
  } catch {
    return undefined;
  }
}

/** The page behind the login, until `leave` is called, with words that say why when it was not asked for. */
function dashboard(token: string, access: Access, leave: (words?: string) => void) {
  const client = apiClient(token, () =>
    leave('wactl does not take this token any more. Enter the one that it has now.'),
  );
  const board = new Board(client, (state) => show(state));
  const actions = sessionActions(board, (words) => {
    location.hash = '#/';
    put(told, words);
  });
  const told = make('p', { class: 'told', role: 'status', hidden: true });
  const banner = linkBanner(() => board.retryNow());
  const list = sessionList({
    mayCreate: access.session === null && isEnough(access.scope, 'admin'),
    want: (change) => board.want(change),
    more: () => board.more(),
    create: () =>
      createDialog({
        create: (session) => client.ask<'Session'>('POST', 'sessions', session),
        onCreated(id, way) {
          location.hash = hashOf(id);
          void actions.pair(id, way);
        },
      }),
  });
  const view = sessionView(board, actions, access.scope);
  const out = make('button', { type: 'button' }, 'Sign out');
  out.addEventListener('click', () => leave());
  const title = make('h1', { tabindex: '-1' }, 'wactl');
  const root = make(
    'div',
    { class: 'board' },
    make('header', {}, title, told, who(access), out),
    banner.root,
    make('div', { class: 'panes' }, list.root, view.root),
  );

  const show = (state: BoardState): void => {
    const { selected, session } = state;
    root.classList.toggle('has-session', selected !== undefined);
    banner.show(state);
    list.show(state);
    view.show(state);
    document.title = selected === undefined ? 'wactl' : `${session?.name ?? selected} · wactl`;
  };
  const went = (): void => {
    const before = board.state.selected;
    board.select(idInAddress());
    if (board.state.selected !== undefined) put(told, undefined);
    show(board.state);
    // On a phone one takes the place of the other.
    if (board.state.selected === undefined) list.focus(before);
    else view.focus();
  };
  window.addEventListener('hashchange', went);
  board.select(idInAddress());
  return {
    root,
    focus: () => title.focus(),
    end(): void {
      window.removeEventListener('hashchange', went);
      for (const dialog of document.querySelectorAll('dialog')) dialog.close();
      board.end();
    },
  };
}

const main = document.querySelector('main') ?? document.body;

/** A token that the server takes opens the board; else the words of its refusal. */
async function enter(token: string): Promise<string | undefined> {
  if (!/^[\x21-\x7e]+$/.test(token)) return 'A token has no spaces and no accents.';
  const trial = apiClient(token, () => undefined);
  let access: Access;
  try {
    access = await trial.ask<'Access'>('GET', 'token');
  } catch (error) {
    return error instanceof ApiError && error.status === 401
      ? 'wactl does not take this token.'
      : problemOf(error);
  } finally {
    trial.end();
  }
  const leave = (words?: string): void => {
    open.end();
    document.title = 'wactl';
    main.replaceChildren(login.root);
    login.ask(words);
  };
  const open = dashboard(token, access, leave);
  main.replaceChildren(open.root);
  open.focus();
  return undefined;
}

const login = loginView(enter);
main.replaceChildren(login.root);
login.ask(undefined);
