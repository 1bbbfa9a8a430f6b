// Reading answers: whole, as a stream, or as the refusal they are.

import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import { onAbort } from '#lib/cancel.ts';
import type { EngineRefusal } from './engine.ts';
import { engineFailure } from './failure.ts';
import type { Endpoint } from './endpoint.ts';

/** A refusal can't need more; an HTML page from something else might. */
const refusalLimitBytes = 64 * 1024;

/** The body with our errors instead of the socket's. Destroying it ends the connection; so does the signal. */
export function bodyOf(response: IncomingMessage, endpoint: Endpoint, signal: AbortSignal | undefined): Readable {
  const body = new PassThrough();
  // It may fail before its reader is there; a reader that comes later still gets the error.
  body.on('error', () => {});
  const stopListening = onAbort(signal, (error) => body.destroy(error));
  response.on('error', (error) => body.destroy(engineFailure(error, endpoint)));
  body.on('close', () => {
    stopListening();
    if (!response.readableEnded) response.destroy();
  });
  return response.pipe(body);
}

/** The whole body, or its beginning up to the limit. Most answers are small and many: no stream of ours stands in between. */
export function readWhole(
  response: IncomingMessage,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
  limitBytes = Infinity,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stopListening = onAbort(signal, (error) => {
      response.destroy();
      reject(error);
    });
    const finish = (): void => {
      stopListening();
      resolve(Buffer.concat(chunks).toString('utf8'));
    };
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limitBytes) return;
      response.destroy();
      finish();
    });
    response.on('end', finish);
    response.on('error', (error) => {
      stopListening();
      reject(engineFailure(error, endpoint));
    });
  });
}

/** Throws ENGINE_REFUSED with the engine's own words for a status of 400 or more. */
export async function throwIfRefused(
  response: IncomingMessage,
  endpoint: Endpoint,
  signal: AbortSignal | undefined,
): Promise<void> {
  const status = response.statusCode ?? 0;
  if (status < 400) return;
  const text = await readWhole(response, endpoint, signal, refusalLimitBytes);
  const refusal: EngineRefusal = { status, message: messageIn(text) || `${status} ${response.statusMessage ?? ''}`.trim() };
  throw new MusterError('ENGINE_REFUSED', refusal.message, { cause: refusal });
}

function messageIn(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string')
      return parsed.message.trim();
  } catch {
    // Proxies and old engines refuse in plain text.
  }
  return text.trim().slice(0, 2000);
}
