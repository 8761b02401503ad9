import { UsageError } from '../errors.ts';
import { RequestError } from './request-error.ts';

/** Far more than any request needs. */
const largestBody = 64 * 1024;

const tooLarge = (): RequestError =>
  new RequestError('too_large', `a request body may have at most ${String(largestBody)} bytes`, undefined, {
    connection: 'close',
  });

/** The JSON in a request; an empty object when there is no body. Never reads more than `largestBody`. */
export async function readBody(request: Request): Promise<unknown> {
  const bytes = await readBytes(request);
  if (bytes.length === 0) return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new RequestError(
      'unsupported_media_type',
      'a body must be JSON',
      'send it with: Content-Type: application/json',
    );
  }
  if ((request.headers.get('content-encoding') ?? 'identity') !== 'identity') {
    throw new RequestError('unsupported_media_type', 'a body must not be compressed');
  }
  return parse(bytes);
}

/** Never more than `largestBody`. To cancel a clone would wait for the other half: `preventCancel`. */
export async function readBytes(
  { body, signal, headers }: Request,
  preventCancel = false,
): Promise<Uint8Array> {
  if (Number(headers.get('content-length') ?? 0) > largestBody) throw tooLarge();
  if (!body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of (body as ReadableStream<Uint8Array>).values({ preventCancel })) {
      size += chunk.length;
      if (size > largestBody) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    if (!signal.aborted) throw cause;
    throw new UsageError('the body is incomplete');
  }
  return Buffer.concat(chunks);
}

/** Text that is not UTF-8 is not JSON either; a byte order mark is skipped (RFC 8259, 8.1). */
function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof TypeError)) throw cause;
    // The parser's own words quote the body, which may hold a secret.
    throw new UsageError('the body is not valid JSON');
  }
}
