// A server on a temporary unix socket that says exactly what a test wants an engine to say, byte by byte where it matters.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { connectEngine } from '#engine/connect.ts';
import type { EngineOptions } from '#engine/connect.ts';
import type { Engine } from '#engine/engine.ts';

export type Script = {
  /** Every request but the ping. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade?: (request: IncomingMessage, socket: Duplex) => void;
  /** Api-Version header of the ping. */
  readonly apiVersion?: string | null;
  readonly options?: EngineOptions;
};

export type ScriptedEngine = {
  readonly engine: Engine;
  readonly server: Server;
  readonly path: string;
  /** `GET /v1.41/…` in order of arrival. */
  readonly requests: string[];
  readonly connections: () => number;
};

/** Runs `work` against the script and closes everything after. */
export async function withScriptedEngine(script: Script, work: (scripted: ScriptedEngine) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'muster-engine-'));
  const path = join(directory, 'engine.sock');
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.url === '/_ping') ping(response, script.apiVersion === undefined ? '1.44' : script.apiVersion);
    else (script.answer ?? notFound)(request, response);
  });
  server.on('connection', () => connections++);
  if (script.upgrade !== undefined) server.on('upgrade', script.upgrade);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const engine = connectEngine({ kind: 'unix', path }, script.options);
  try {
    await work({ engine, server, path, requests, connections: () => connections });
  } finally {
    engine.close();
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  }
}

function ping(response: ServerResponse, apiVersion: string | null): void {
  if (apiVersion !== null) response.setHeader('Api-Version', apiVersion);
  response.end('OK');
}

function notFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"message":"page not found"}');
}
