/** An event that is longer than any of ours. */
const longestEvent = 1024 * 1024;

export type ServerEvent = {
  readonly data: string;
  /** The latest id up to here; undefined before the first. */
  readonly eventId: string | undefined;
};

/** The events in a stream of server-sent events (WHATWG HTML, "parsing an event stream"). */
export async function* readServerEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  let eventId: string | undefined;
  let size = 0;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.map((text) => text.replace(/\r$/, ''))) {
      if (line.startsWith('data:')) data.push(valueOf(line));
      if (line.startsWith('id:')) eventId = valueOf(line);
      if (line !== '') size += line.length;
      if (size > longestEvent) throw tooLong();
      if (line !== '') continue;
      size = 0;
      if (data.length === 0) continue;
      yield { data: data.join('\n'), eventId };
      data = [];
    }
    if (size + rest.length > longestEvent) throw tooLong();
  }
}

const valueOf = (line: string): string => line.slice(line.indexOf(':') + 1).replace(/^ /, '');

const tooLong = (): Error => new Error('an event of the stream is too long');
