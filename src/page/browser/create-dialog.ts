import type { DocumentOf } from '../../schema/document-schemas.ts';
import { openDialog } from './dialog.ts';
import { make, put } from './dom.ts';
import { problemOf } from './problem.ts';

/** How a new session is to be paired. */
export type PairWay = { readonly kind: 'qr' } | { readonly kind: 'code'; readonly phone: string };

type CreateParts = {
  readonly create: (session: DocumentOf<'NewSession'>) => Promise<DocumentOf<'Session'>>;
  readonly onCreated: (id: string, way: PairWay) => void;
};

/** Asks for what a new session needs: nothing has to be filled in but the phone number for a code. */
export function createDialog({ create, onCreated }: CreateParts): void {
  const name = make('input', { id: 'new-name', autocomplete: 'off', maxlength: '200', autofocus: true });
  const id = make('input', {
    id: 'new-id',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
    maxlength: '63',
    placeholder: 'made from the name',
  });
  const phone = make('input', {
    id: 'new-phone',
    type: 'tel',
    autocomplete: 'off',
    placeholder: '+1 555 123 4567',
  });
  const byQr = make('input', { type: 'radio', name: 'way', id: 'way-qr', checked: true });
  const byCode = make('input', { type: 'radio', name: 'way', id: 'way-code' });
  const phoneField = field('Phone number, with its country code', phone);
  const problem = make('p', { class: 'notice bad', role: 'alert', hidden: true });
  const submit = make('button', { type: 'submit', class: 'primary' }, 'Create');
  const cancel = make('button', { type: 'button' }, 'Cancel');
  const form = make(
    'form',
    { novalidate: true },
    field('Name', name, 'What you call it. Only you see it.'),
    field('Id', id, 'What commands and programs call it: lower-case letters, digits, “.”, “_” and “-”.'),
    make(
      'fieldset',
      {},
      make('legend', {}, 'Link the phone by'),
      make('label', { for: 'way-qr' }, byQr, 'a QR code that it scans'),
      make('label', { for: 'way-code' }, byCode, 'a code that you type on it'),
    ),
    phoneField,
    problem,
    make('div', { class: 'buttons' }, cancel, submit),
  );
  const look = (): void => {
    phoneField.hidden = !byCode.checked;
  };
  form.addEventListener('change', look);
  look();
  const dialog = openDialog('New session', form);
  cancel.addEventListener('click', () => dialog.close());
  let isBusy = false;
  const make_ = async (): Promise<void> => {
    if (byCode.checked && phone.value.trim() === '') {
      put(problem, 'Enter the phone number.');
      phone.focus();
      return;
    }
    isBusy = true;
    submit.setAttribute('aria-busy', 'true');
    try {
      const made = await create({
        ...(name.value.trim() && { name: name.value.trim() }),
        ...(id.value.trim() && { id: id.value.trim() }),
        connect: false,
      });
      const way: PairWay = byCode.checked ? { kind: 'code', phone: phone.value.trim() } : { kind: 'qr' };
      dialog.close();
      onCreated(made.id, way);
    } catch (error) {
      put(problem, problemOf(error));
      (id.value.trim() ? id : name).focus();
    } finally {
      isBusy = false;
      submit.removeAttribute('aria-busy');
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (!isBusy) void make_();
  });
}

function field(label: string, input: HTMLInputElement, help?: string): HTMLElement {
  const about = make('p', { class: 'faint', id: `${input.id}-help` }, help ?? '');
  if (help !== undefined) input.setAttribute('aria-describedby', about.id);
  return make(
    'div',
    { class: 'field' },
    make('label', { for: input.id }, label),
    input,
    ...(help === undefined ? [] : [about]),
  );
}
