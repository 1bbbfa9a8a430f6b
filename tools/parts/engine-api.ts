// The few requests that the tools themselves make to an engine on this machine; the program's own client is src/engine.

import { request } from 'node:http';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

export const defaultEndpoint = 'unix:///var/run/docker.sock';

/** The endpoint that muster and docker would use without contexts. */
export const chosenEndpoint = (): string => process.env['DOCKER_HOST'] || defaultEndpoint;

/** Path of the socket, or null for an endpoint that is not one of this machine's sockets. */
export function socketOf(endpoint: string): string | null {
  return endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : null;
}

export type Answer = { readonly status: number; readonly body: string };

/** One request over a unix socket; rejects when nobody listens there. */
export function ask(endpoint: string, method: string, path: string, body?: Readable): Promise<Answer> {
  const socketPath = socketOf(endpoint);
  if (socketPath === null) throw new Error(`${endpoint} is not a unix socket`);
  const headers = body === undefined ? {} : { 'content-type': 'application/x-tar' };
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path, headers }, (answer) => {
      text(answer).then((said) => resolve({ status: answer.statusCode ?? 0, body: said }), reject);
    });
    asked.on('error', reject);
    if (body === undefined) asked.end();
    else body.on('error', reject).pipe(asked);
  });
}

/** Does an engine answer there? The reason when it does not. */
export async function ping(
  endpoint: string,
): Promise<{ readonly answers: true } | { readonly answers: false; readonly code: string }> {
  try {
    const answer = await ask(endpoint, 'GET', '/_ping');
    return answer.status === 200 ? { answers: true } : { answers: false, code: `HTTP ${answer.status}` };
  } catch (error) {
    return { answers: false, code: (error as NodeJS.ErrnoException).code ?? String(error) };
  }
}

/** Labels of an image, or null when the engine does not have it. */
export async function imageLabels(endpoint: string, image: string): Promise<Readonly<Record<string, string>> | null> {
  const answer = await ask(endpoint, 'GET', `/images/${image}/json`);
  if (answer.status !== 200) return null;
  // The Engine API's own shape: ImageInspect.
  const inspected = JSON.parse(answer.body) as { Config?: { Labels?: Record<string, string> | null } };
  return inspected.Config?.Labels ?? {};
}

/** Makes an image of one layer from a tar stream; `changes` are Dockerfile lines ("ENV A=1"). */
export async function importImage(endpoint: string, image: string, changes: readonly string[], files: Readable): Promise<void> {
  const [repository = image, tag = 'latest'] = image.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo: repository, tag });
  for (const change of changes) query.append('changes', change);
  const answer = await ask(endpoint, 'POST', `/images/create?${query.toString()}`, files);
  // The engine says "200" first and may fail later, in the stream.
  if (answer.status !== 200 || answer.body.includes('"error"'))
    throw new Error(`could not import ${image}: ${answer.body.trim()}`);
}
