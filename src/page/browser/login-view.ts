import { isLoopback } from '../../domain/loopback.ts';
import { make, put } from './dom.ts';

export type LoginView = {
  readonly root: HTMLElement;
  /** Why the token is asked for again. */
  ask(words: string | undefined): void;
};

/** Asks for the token. `enter` says in words why it does not do; undefined when it does. */
export function loginView(enter: (token: string) => Promise<string | undefined>): LoginView {
  const token = make('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    required: true,
    'aria-describedby': 'token-help',
  });
  const problem = make('p', { class: 'notice bad', role: 'alert', hidden: true });
  const button = make('button', { class: 'primary', type: 'submit' }, 'Log in');
  const form = make(
    'form',
    { class: 'login', novalidate: true },
    make('h1', {}, 'wactl'),
    make('label', { for: 'token' }, 'Token'),
    token,
    make(
      'p',
      { class: 'faint', id: 'token-help' },
      'The value of WACTL_TOKEN, or the token that wactl serve printed when it started. This page keeps it in its memory only: ',
      'when you close or reload it, you log in again.',
    ),
    problem,
    button,
  );
  if (location.protocol === 'http:' && !isLoopback(location.hostname))
    button.before(
      make('p', { class: 'notice bad' }, 'This connection is not encrypted: the network can read the token.'),
    );
  let isBusy = false;
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void (async () => {
      if (isBusy) return;
      if (token.value.trim() === '') return refuse('Enter the token.');
      isBusy = true;
      button.setAttribute('aria-busy', 'true');
      const why = await enter(token.value.trim());
      isBusy = false;
      button.removeAttribute('aria-busy');
      if (why === undefined) token.value = '';
      else refuse(why);
    })();
  });
  const refuse = (words: string): void => {
    put(problem, words);
    token.setAttribute('aria-invalid', 'true');
    token.focus();
    token.select();
  };
  return {
    root: form,
    ask(words) {
      token.value = '';
      token.removeAttribute('aria-invalid');
      put(problem, words);
      token.focus();
    },
  };
}
