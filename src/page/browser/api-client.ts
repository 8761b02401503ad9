import { readServerEvents } from '../../domain/server-events.ts';
import type { DocumentName, DocumentOf } from '../../schema/document-schemas.ts';

/** The server has refused, or could not do, what was asked. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;

  constructor(status: number, { code, message, hint }: DocumentOf<'Error'>['error']) {
    super(message);
    this.status = status;
    this.code = code;
    this.hint = hint;
  }
}

/** Nothing was heard of the server. */
class LostError extends Error {}

export type EventLine = DocumentOf<'Event'>;

type Asked = { readonly body?: object; readonly signal?: AbortSignal };

export type ApiClient = {
  /** The document in the answer. Throws ApiError and LostError. */
  ask<N extends DocumentName>(method: string, path: string, body?: object): Promise<DocumentOf<N>>;
  /** The events of a stream, until it ends; `onOpen` is called when it has begun. Throws ApiError and LostError. */
  follow(method: string, path: string, asked?: Asked, onOpen?: () => void): AsyncGenerator<EventLine>;
  /** Cuts off everything under way. The token is forgotten with the client. */
  end(): void;
};

/** A stream says something every 15 s. */
const silentForMs = 40_000;

/** The REST API of the server that the page came from. `onRefused` is told when it does not take the token. */
export function apiClient(token: string, onRefused: (error: ApiError) => void): ApiClient {
  const ended = new AbortController();

  const send = async (
    method: string,
    path: string,
    accept: string,
    { body, signal }: Asked,
  ): Promise<Response> => {
    const response = await fetch(`api/v1/${path}`, {
      method,
      headers: {
        accept,
        authorization: `Bearer ${token}`,
        ...(body && { 'content-type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: signal ?? ended.signal,
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    }).catch((cause: unknown) => {
      throw new LostError('wactl does not answer', { cause });
    });
    if (response.ok) return response;
    const error = await errorIn(response);
    if (error instanceof ApiError && error.status === 401 && !ended.signal.aborted) onRefused(error);
    throw error;
  };

  return {
    async ask<N extends DocumentName>(method: string, path: string, body?: object) {
      const response = await send(method, path, 'application/json', body ? { body } : {});
      return (await response.json().catch((cause: unknown) => {
        throw new LostError('wactl has stopped in the middle of an answer', { cause });
      })) as DocumentOf<N>;
    },
    async *follow(method, path, { body, signal } = {}, onOpen) {
      const silence = new AbortController();
      const end = (): void => silence.abort();
      for (const one of [ended.signal, signal]) one?.addEventListener('abort', end);
      if (ended.signal.aborted || signal?.aborted) end();
      try {
        const asked = { ...(body && { body }), signal: silence.signal };
        const response = await send(method, path, 'text/event-stream', asked);
        onOpen?.();
        for await (const { data } of readServerEvents(chunksOf(response, end)))
          yield JSON.parse(data) as EventLine;
      } catch (cause) {
        throw cause instanceof ApiError ? cause : new LostError('the connection to wactl is lost', { cause });
      } finally {
        end();
        for (const one of [ended.signal, signal]) one?.removeEventListener('abort', end);
      }
    },
    end: () => ended.abort(),
  };
}

/** What is in between, such as a proxy whose server is away, speaks for itself. */
async function errorIn(response: Response): Promise<Error> {
  try {
    const { error } = (await response.json()) as DocumentOf<'Error'>;
    return new ApiError(response.status, error);
  } catch (cause) {
    return new LostError(`the server in front of wactl answers ${String(response.status)}`, { cause });
  }
}

/** Calls `onSilence` when nothing has come for too long. */
async function* chunksOf(response: Response, onSilence: () => void): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (;;) {
    const silence = setTimeout(onSilence, silentForMs);
    const { done, value } = await reader.read().finally(() => clearTimeout(silence));
    if (done) return;
    yield value;
  }
}
