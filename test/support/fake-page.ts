import type { Context } from '../../src/context.ts';
import type { PageView, PairingPage } from '../../src/ports/page.ts';

type FakePage = {
  readonly url: string;
  /** What it has shown, the end too. */
  readonly views: PageView[];
  /** How each opening was asked for. */
  readonly asked: { readonly browse: boolean }[];
  readonly page: Context['page'];
};

/** A page that remembers what it showed. `isOpened`: a browser was started on it. */
export function fakePage(isOpened = false): FakePage {
  const url = 'http://127.0.0.1:1/secret';
  const views: PageView[] = [];
  const asked: { readonly browse: boolean }[] = [];
  const note = (view: PageView): Promise<void> => Promise.resolve(void views.push(view));
  const page: PairingPage = { url, isOpened, show: note, end: note };
  return {
    url,
    views,
    asked,
    page(options) {
      asked.push(options);
      return Promise.resolve(page);
    },
  };
}
