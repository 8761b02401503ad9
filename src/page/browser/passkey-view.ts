import { passkeySnippet } from '../../domain/passkey-options.ts';
import { make, put } from './dom.ts';
import type { Pairing } from './pairing-state.ts';

type PasskeyParts = {
  /** Sends what the browser has signed; says why that does not do. */
  readonly answer: (assertion: object) => Promise<string | undefined>;
  /** The phone shows the same code; says why that does not do. */
  readonly confirm: () => Promise<string | undefined>;
};

/** The part of a pairing that a person does in another window: the account's passkey, and the code to compare. */
export function passkeyView({ answer, confirm }: PasskeyParts) {
  const line = make('textarea', { id: 'passkey-line', readonly: true, rows: '3', spellcheck: 'false' });
  const given = make('textarea', {
    id: 'passkey-answer',
    rows: '3',
    spellcheck: 'false',
    autocomplete: 'off',
    placeholder: '{"id":…}',
  });
  const problem = make('p', { class: 'notice bad', role: 'alert', hidden: true });
  const send = make('button', { type: 'submit', class: 'primary' }, 'Send the answer');
  const form = make(
    'form',
    { novalidate: true },
    make('div', { class: 'field' }, make('label', { for: line.id }, 'The line for the console'), line),
    make('div', { class: 'field' }, make('label', { for: given.id }, 'What it prints'), given),
    make('div', { class: 'buttons' }, send),
  );
  const same = make('button', { type: 'button', class: 'primary' }, 'The phone shows the same code');
  const root = make(
    'section',
    { class: 'passkey', 'aria-label': 'Passkey', hidden: true },
    form,
    same,
    problem,
  );
  line.addEventListener('focus', () => line.select());

  let isBusy = false;
  const run = async (button: HTMLElement, work: () => Promise<string | undefined>): Promise<void> => {
    if (isBusy) return;
    isBusy = true;
    button.setAttribute('aria-busy', 'true');
    put(problem, undefined);
    put(problem, await work());
    button.removeAttribute('aria-busy');
    isBusy = false;
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void run(send, async () => {
      const assertion = objectIn(given.value);
      if (!assertion) return 'This is not what the line prints: it prints JSON, which begins with {.';
      return answer(assertion);
    });
  });
  same.addEventListener('click', () => void run(same, confirm));

  return {
    root,
    show(pairing: Pairing | undefined): void {
      const asked = pairing?.view.kind === 'passkey' ? pairing.passkey : undefined;
      const isToConfirm = pairing?.view.kind === 'passkey_code' && pairing.view.needsConfirmation;
      root.hidden = !asked && !isToConfirm;
      form.hidden = !asked;
      same.hidden = !isToConfirm;
      const text = asked ? passkeySnippet(asked) : '';
      if (line.value === text) return;
      line.value = text;
      given.value = '';
      put(problem, undefined);
    },
  };
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
