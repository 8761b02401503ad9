import { make } from './dom.ts';

let count = 0;

/** Opens a dialog that has the keyboard until it is closed; then the focus goes back to where it was. */
export function openDialog(title: string, ...content: readonly (Node | string)[]): HTMLDialogElement {
  const id = `dialog-${String(++count)}`;
  const dialog = make('dialog', { 'aria-labelledby': id }, make('h2', { id }, title), ...content);
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

type Question = { readonly title: string; readonly words: readonly string[]; readonly yes: string };

/** Asks before something that cannot be undone. "Cancel" has the focus. */
export function askFirst({ title, words, yes }: Question): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = make('button', { type: 'button', autofocus: true }, 'Cancel');
    const go = make('button', { type: 'button', class: 'danger' }, yes);
    const paragraphs = words.map((text) => make('p', {}, text));
    const dialog = openDialog(title, ...paragraphs, make('div', { class: 'buttons' }, cancel, go));
    let isYes = false;
    cancel.addEventListener('click', () => dialog.close());
    go.addEventListener('click', () => {
      isYes = true;
      dialog.close();
    });
    dialog.addEventListener('close', () => resolve(isYes));
  });
}
