// The front door: static files, and /api handed on to the API service.

import { readFile } from 'node:fs/promises';
import { type IncomingMessage, type ServerResponse, createServer, request } from 'node:http';
import { extname, join } from 'node:path';

const api = new URL(process.env['API_URL'] ?? 'http://api:3000');
const port = Number(process.env['PORT'] ?? 8080);
const publicFolder = join(import.meta.dirname, 'public');

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

/** Everything that may be asked for: a list has no way out of the folder. */
const files: Readonly<Record<string, string>> = {
  '/': join(publicFolder, 'index.html'),
  '/style.css': join(publicFolder, 'style.css'),
  '/guestbook.js': join(publicFolder, 'guestbook.js'),
  '/favicon.svg': join(publicFolder, 'favicon.svg'),
  '/site.json': process.env['SITE_FILE'] ?? '/etc/guestbook/site.json',
};

const server = createServer((incoming, response) => {
  const path = (incoming.url ?? '/').replace(/\?.*/, '');
  if (path === '/healthz') response.end('ok\n');
  else if (path.startsWith('/api/')) handOn(incoming, response, path.slice('/api'.length));
  else void sendFile(response, path);
});
server.listen(port, () => console.log(`ready on port ${port}, api at ${api.host}`));
process.on('SIGTERM', () => {
  console.log('stopping');
  server.close();
  server.closeIdleConnections();
});

async function sendFile(response: ServerResponse, path: string): Promise<void> {
  const file = files[path];
  const content = file === undefined ? null : await readFile(file).catch(() => null);
  if (file === undefined || content === null) {
    response.writeHead(404).end('not found\n');
    return;
  }
  response.writeHead(200, { 'content-type': contentTypes[extname(file)] ?? 'application/octet-stream' }).end(content);
}

/** A new connection for each request: the engine's DNS then spreads them over the replicas. */
function handOn(incoming: IncomingMessage, response: ServerResponse, path: string): void {
  const started = performance.now();
  const log = (status: number): void =>
    console.log(`${incoming.method} /api${path} ${status} ${(performance.now() - started).toFixed(1)} ms`);
  const options = { method: incoming.method, path, headers: { ...incoming.headers, host: api.host }, agent: false } as const;
  const outgoing = request(api, options, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    log(answer.statusCode ?? 502);
  });
  outgoing.on('error', (error) => {
    log(502);
    if (response.headersSent) return void response.destroy();
    response
      .writeHead(502, { 'content-type': 'application/json' })
      .end(JSON.stringify({ error: `the API is away: ${error.message}` }));
  });
  incoming.pipe(outgoing);
}
