/** An event that is longer than any of ours. */
const longestEvent = 1024 * 1024;

/** The data of each event in a stream of server-sent events (WHATWG HTML, "parsing an event stream"). */
export async function* readServerEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines.map((text) => text.replace(/\r$/, ''))) {
      if (line.startsWith('data:')) data.push(line.slice('data:'.length).replace(/^ /, ''));
      if (line !== '') size += line.length;
      if (size > longestEvent) throw tooLong();
      if (line !== '') continue;
      size = 0;
      if (data.length === 0) continue;
      yield data.join('\n');
      data = [];
    }
    if (size + rest.length > longestEvent) throw tooLong();
  }
}

const tooLong = (): Error => new Error('an event of the stream is too long');
