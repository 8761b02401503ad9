import type { DocumentName, DocumentOf } from '../schema/document-schemas.ts';

/** An answer with this kind of document: the compiler holds it to what /openapi.json says. */
export const answer = <N extends DocumentName = never>(
  document: DocumentOf<N>,
  init?: ResponseInit,
): Response => Response.json(document, init);
