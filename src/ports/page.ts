import type { ShownCode, ShownPasskeyCode, ShownQr } from '../domain/connection-event.ts';

/** What a browser shows of a pairing, until the next. */
export type PageView =
  /** `words` say what is waited for. */
  | { readonly kind: 'waiting'; readonly words: string }
  | ({ readonly kind: 'qr' } & Omit<ShownQr, 'seq'>)
  /** `isNew`: WhatsApp has asked for a code in place of the one before. */
  | ({ readonly kind: 'pair_code'; readonly isNew: boolean } & Omit<ShownCode, 'seq'>)
  /** The code on show is still to be typed: perhaps another one was. */
  | { readonly kind: 'wrong_code' }
  /** The account asks for its passkey. */
  | { readonly kind: 'passkey'; readonly expiresAt: Date }
  /** The phone shows this code too. */
  | ({ readonly kind: 'passkey_code' } & ShownPasskeyCode)
  | { readonly kind: 'linked'; readonly phone: string | null; readonly pushName: string | null }
  | { readonly kind: 'failed'; readonly message: string; readonly hint: string | undefined };

/** A document for a browser, with the headers that keep it to itself. */
export type WebPage = { readonly html: string; readonly headers: Readonly<Record<string, string>> };

/** A large file that a document loads, as it lies on the disk: with Brotli. */
export type WebFile = { readonly path: string; readonly type: 'text/javascript' | 'text/css' };

/** The page that shows the description of the API, and what it loads. */
export type ApiDocs = {
  readonly page: WebPage;
  readonly viewer: WebFile;
  readonly viewerStyle: WebFile;
};

/** A page of this machine that shows one pairing to one browser. */
export interface PairingPage {
  /** The first browser that opens it is the only one that can. */
  readonly url: string;
  /** Whether it has been opened in a browser. */
  readonly isOpened: boolean;
  show(view: PageView): Promise<void>;
  /** Shows the last view and closes the page once the browser has it. May be called again. */
  end(view: PageView): Promise<void>;
}
