// A webhook receiver that counts. Prints its address; `GET /` answers how many messages it had, and how many twice.
import { createServer } from 'node:http';

const seen = new Map();
const server = createServer(async (request, response) => {
  if (request.method === 'GET') {
    const twice = [...seen.values()].filter((count) => count > 1).length;
    return void response.end(JSON.stringify({ messages: seen.size, twice }));
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const { type, data } = JSON.parse(body);
  const name = `${data.id} ${data.message_id}`;
  if (type === 'message') seen.set(name, (seen.get(name) ?? 0) + 1);
  response.writeHead(204).end();
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })}\n`);
});
process.once('SIGTERM', () => server.close(() => undefined).closeAllConnections());
