import { UsageError } from '../../errors.ts';
import { JsonFields } from '../../session/json-fields.ts';
import { RequestError } from './request-error.ts';

/** Far more than any request needs. */
const largestBody = 64 * 1024;

const tooLarge = (): RequestError =>
  new RequestError('too_large', `a request holds at most ${String(largestBody)} bytes`, undefined, {
    connection: 'close',
  });

/** The JSON object in a request; an empty one when there is no body. Never reads more than `largestBody`. */
export async function readBody(request: Request): Promise<JsonFields> {
  if (Number(request.headers.get('content-length') ?? 0) > largestBody) throw tooLarge();
  const text = await readText(request);
  if (text === '') return new JsonFields({});
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new RequestError(
      'unsupported_media_type',
      'a body has to be JSON',
      'send it with: Content-Type: application/json',
    );
  }
  return new JsonFields(parse(text));
}

async function readText({ body }: Request): Promise<string> {
  if (!body) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body as ReadableStream<Uint8Array>) {
    size += chunk.length;
    if (size > largestBody) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    // The parser's own words quote the body, which may hold a secret.
    throw new UsageError('the body is no JSON');
  }
}
