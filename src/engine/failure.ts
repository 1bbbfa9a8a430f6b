// What went wrong on the way to the engine, in words for the person who ran the command.

import { MusterError } from '#lib/errors.ts';
import { describeEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';

/** The engine ended a conversation that was under way. */
export class LostConnection extends Error {
  readonly code = 'ECONNRESET';
}

/** Turns what sockets, TLS and the HTTP parser throw into a MusterError; anything else is a bug of ours and stays as it is. */
export function engineFailure(error: unknown, endpoint: Endpoint): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof MusterError) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  const where = describeEndpoint(endpoint);
  const fail = (
    kind: 'ENGINE_ABSENT' | 'ENGINE_PERMISSION' | 'ENGINE_LOST' | 'ENGINE_ENDPOINT',
    text: string,
    hint: string,
  ): MusterError => new MusterError(kind, text, { hint, cause: error });

  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return fail('ENGINE_ABSENT', `there is no Docker Engine at ${where}`, absentHint(endpoint));
    case 'ECONNREFUSED':
      return fail('ENGINE_ABSENT', `nobody answers at ${where}`, absentHint(endpoint));
    case 'EACCES':
    case 'EPERM':
      return fail(
        'ENGINE_PERMISSION',
        `no permission to use the Docker Engine at ${where}`,
        'add yourself to the docker group (sudo usermod -aG docker $USER, then log in again) or use sudo',
      );
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fail('ENGINE_ABSENT', `the host of ${where} is unknown`, absentHint(endpoint));
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return fail('ENGINE_ABSENT', `the host of ${where} can't be reached`, absentHint(endpoint));
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return fail('ENGINE_LOST', `the Docker Engine at ${where} went away in the middle of a conversation`, lostHint(endpoint));
  }
  if (code.startsWith('HPE_'))
    return fail(
      'ENGINE_ENDPOINT',
      `what listens at ${where} does not speak HTTP as a Docker Engine does`,
      notAnEngineHint(endpoint),
    );
  if (endpoint.kind === 'tls' && isTlsCode(code))
    return fail('ENGINE_ENDPOINT', `no TLS connection to ${where}: ${error.message}`, tlsHint);
  return error;
}

/** An answer that no Docker Engine gives. */
export function notAnEngine(endpoint: Endpoint, found: string): MusterError {
  return new MusterError(
    'ENGINE_ENDPOINT',
    `what listens at ${describeEndpoint(endpoint)} does not answer as a Docker Engine does: ${found}`,
    {
      hint: notAnEngineHint(endpoint),
    },
  );
}

function lostHint(endpoint: Endpoint): string {
  const again = 'see whether it was restarted or crashed, then run the command again: it goes on where it stopped';
  if (endpoint.kind === 'tls') return `${again}; if it never worked, it may ask for a client certificate (cert.pem, key.pem)`;
  return endpoint.kind === 'tcp' ? `${again}; if it never worked, it may expect TLS` : again;
}

const tlsHint = 'check ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH (or the context) against the engine, and the host name';

const isTlsCode = (code: string): boolean =>
  /^(ERR_SSL_|ERR_TLS_|EPROTO$|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_)/.test(code);

function absentHint(endpoint: Endpoint): string {
  return endpoint.kind === 'unix'
    ? 'start Docker (sudo systemctl start docker), or name another engine with DOCKER_HOST'
    : 'check that the engine runs and listens there, and the address in DOCKER_HOST or the context';
}

const notAnEngineHint = (endpoint: Endpoint): string =>
  endpoint.kind === 'tcp'
    ? 'check the port; if it expects TLS, set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH'
    : 'check the address';
