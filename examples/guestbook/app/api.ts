// The guest book's API: reads entries, takes new ones. Any number of replicas; all state is in the store.

import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import { counts, published, submit } from './entries.ts';
import { Store, setting } from './store.ts';

const entriesShown = Number(setting('ENTRIES_SHOWN'));
const messageLength = Number(setting('MESSAGE_LENGTH'));
const replica = process.env['REPLICA_NAME'] ?? hostname();
const port = Number(process.env['PORT'] ?? 3000);

let connection = Store.open();
/** A store that restarts costs failed requests, never a restart of ours. */
function store(): Store {
  if (!connection.isOpen) connection = Store.open();
  return connection;
}

type Answer = { readonly status: number; readonly body: unknown };

const server = createServer((request, response) => void respond(request, response));
server.listen(port, () => console.log(`ready on port ${port}, replica ${replica}`));
process.on('SIGTERM', () => {
  console.log('stopping');
  server.close(() => connection.close());
  server.closeIdleConnections();
});

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const started = performance.now();
  const answer = await answerTo(request).catch((error: unknown) => ({ status: 503, body: { error: String(error) } }));
  const body = JSON.stringify(answer.body);
  response.writeHead(answer.status, { 'content-type': 'application/json', 'x-replica': replica }).end(body);
  if (request.url === '/healthz' && answer.status === 200) return;
  console.log(`${request.method} ${request.url} ${answer.status} ${(performance.now() - started).toFixed(1)} ms`);
}

async function answerTo(request: IncomingMessage): Promise<Answer> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /healthz':
      return { status: 200, body: { store: await store().command('PING') } };
    case 'GET /entries':
      return { status: 200, body: { entries: await published(store(), entriesShown), ...(await counts(store())), replica } };
    case 'POST /entries':
      return add(await text(request));
    default:
      return { status: 404, body: { error: 'not found' } };
  }
}

async function add(body: string): Promise<Answer> {
  const { name, message } = readForm(body);
  if (name === '' || message === '') return { status: 400, body: { error: 'a name and a message are needed' } };
  if (name.length > 40) return { status: 400, body: { error: 'a name has at most 40 characters' } };
  if (message.length > messageLength)
    return { status: 400, body: { error: `a message has at most ${messageLength} characters` } };
  return { status: 202, body: { ...(await submit(store(), name, message)), replica } };
}

function readForm(body: string): { readonly name: string; readonly message: string } {
  let given: unknown;
  try {
    given = JSON.parse(body);
  } catch {
    given = null;
  }
  const field = (name: string): string => {
    const value: unknown = typeof given === 'object' && given !== null ? Reflect.get(given, name) : undefined;
    return typeof value === 'string' ? value.trim() : '';
  };
  return { name: field('name'), message: field('message') };
}
