import type { DocumentName, DocumentOf } from '../schema/document-schemas.ts';

/** An answer with this kind of document: the compiler holds it to what /openapi.json says. */
export function answer<N extends DocumentName = never>(
  document: DocumentOf<N>,
  init?: ResponseInit,
): Response {
  const json = JSON.stringify(document);
  const headers = new Headers(init?.headers);
  headers.set('content-type', 'application/json');
  // A short answer is not worth compressing, and only its length tells that it is short.
  headers.set('content-length', String(Buffer.byteLength(json)));
  return new Response(json, { ...init, headers });
}
