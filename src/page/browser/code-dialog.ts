import { openDialog } from './dialog.ts';
import { make, put } from './dom.ts';

/** Asks for the phone that a code is for. */
export function codeDialog(known: string | undefined, onPhone: (phone: string) => void): void {
  const phone = make('input', {
    id: 'code-phone',
    type: 'tel',
    autocomplete: 'off',
    autofocus: true,
    placeholder: '+1 555 123 4567',
    value: known,
  });
  const problem = make('p', { class: 'notice bad', role: 'alert', hidden: true });
  const cancel = make('button', { type: 'button' }, 'Cancel');
  const form = make(
    'form',
    { novalidate: true },
    make(
      'div',
      { class: 'field' },
      make('label', { for: phone.id }, 'Phone number, with its country code'),
      phone,
    ),
    problem,
    make(
      'div',
      { class: 'buttons' },
      cancel,
      make('button', { type: 'submit', class: 'primary' }, 'Get a code'),
    ),
  );
  const dialog = openDialog('Pair by a code', form);
  cancel.addEventListener('click', () => dialog.close());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (phone.value.trim() === '') {
      put(problem, 'Enter the phone number.');
      phone.focus();
      return;
    }
    dialog.close();
    onPhone(phone.value.trim());
  });
}
