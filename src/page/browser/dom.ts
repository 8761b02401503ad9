type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with its attributes. Text goes in as text, whatever is in it. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (typeof value === 'string') element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** Puts the text into its place, which is hidden while there is none. A text that stays the same is not read out again. */
export function put(place: HTMLElement, text: string | undefined): void {
  if (place.textContent !== (text ?? '')) place.textContent = text ?? '';
  place.hidden = !text;
}
