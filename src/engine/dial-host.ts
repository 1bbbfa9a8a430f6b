// An engine of another host, over the connection that everything else there uses: to its socket where that is allowed, else through the
// docker program over there, whose `system dial-stdio` makes its stdin and stdout the connection.

import type { Duplex } from 'node:stream';
import type { Host } from '#host/host.ts';
import { JoinedStream } from '#host/joined-stream.ts';
import { MusterError } from '#lib/errors.ts';
import { once } from '#lib/once.ts';
import type { Dial } from './dial.ts';
import { defaultSocket } from './endpoint.ts';

/** How the engine's socket is reached. `far`: what `docker --host` is told; '' for what docker itself is set up for over there. */
type Way = { readonly kind: 'socket'; readonly path: string } | { readonly kind: 'program'; readonly far: string };

/** `path`: the engine's socket over there; '' for the one that docker over there would use. Failures are those of an engine. */
export function dialThrough(host: () => Promise<Host>, path: string): Dial {
  const way = once(async () => usableWay(await host(), path));
  return async () => {
    try {
      return await connect(await host(), await way());
    } catch (error) {
      throw asEngineFailure(error);
    }
  };
}

function connect(host: Host, way: Way): Promise<Duplex> {
  return way.kind === 'socket' ? host.connect({ unix: way.path }) : throughProgram(host, way);
}

/** A server may allow commands and no forwarding, which shows only when somebody uses the connection. */
async function usableWay(host: Host, path: string): Promise<Way> {
  const likely = path === '' ? defaultSocket : path;
  // Both at once: each takes a journey there and back, and few have set up anything else.
  const [way, isLikelyForbidden] = await Promise.all([
    path === '' ? wayOfDocker(host) : ({ kind: 'socket', path } as const),
    seemsForbidden(host, likely),
  ]);
  if (way.kind === 'program') return way;
  const isForbidden = way.path === likely ? isLikelyForbidden : await seemsForbidden(host, way.path);
  return isForbidden ? { kind: 'program', far: `unix://${way.path}` } : way;
}

/** As the docker program over there decides it; whoever has set it up in another way than by its environment is left to that program. */
async function wayOfDocker(host: Host): Promise<Way> {
  const { stdout } = await host.run({ argv: ['/bin/sh', '-c', tellChoice] });
  const [dockerHost = '', context = '', ...config] = stdout.toString().split('\n');
  if (dockerHost.startsWith('unix://')) return { kind: 'socket', path: dockerHost.slice('unix://'.length) || defaultSocket };
  const chosen = dockerHost || context || currentContext(config.join('\n'));
  return chosen === '' || chosen === 'default' ? { kind: 'socket', path: defaultSocket } : { kind: 'program', far: '' };
}

const tellChoice =
  'printf "%s\\n%s\\n" "$DOCKER_HOST" "$DOCKER_CONTEXT"; cat "${DOCKER_CONFIG:-$HOME/.docker}/config.json" 2>/dev/null; :';

/** What is no JSON is for docker to complain about. */
function currentContext(config: string): string {
  try {
    const { currentContext: name = '' } = JSON.parse(config) as { readonly currentContext?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

/** Without AllowStreamLocalForwarding sshd says no more than of a socket at which nobody listens. */
async function seemsForbidden(host: Host, path: string): Promise<boolean> {
  try {
    const stream = await host.connect({ unix: path });
    stream.end('GET /_ping HTTP/1.0\r\n\r\n');
    await new Promise((resolve, reject) => stream.once('data', resolve).once('close', resolve).once('error', reject));
    stream.destroy();
    return false;
  } catch (error) {
    const { code } = error as { readonly code?: string };
    if (error instanceof MusterError && code !== 'HOST_PERMISSION') throw error;
    // Whatever else is wrong with the socket, who uses it is told.
    return code === 'HOST_PERMISSION' || code === 'ECONNREFUSED';
  }
}

async function throughProgram(host: Host, { far }: Extract<Way, { kind: 'program' }>): Promise<Duplex> {
  const engine = far === '' ? [] : ['--host', far];
  const program = await host.spawn({ argv: ['docker', ...engine, 'system', 'dial-stdio'] }).catch((cause: unknown) => {
    throw (cause as NodeJS.ErrnoException).code === 'ENOENT' ? noProgram(host) : cause;
  });
  let complaint = '';
  program.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-4096)));
  const earlyEnd = (): Promise<Error> =>
    program.ended.then(({ exitCode }) => noAnswer(host, complaint, exitCode), asEngineFailure);
  // Both are streams of Node.js; the seam promises less.
  return new JoinedStream(program.stdout as import('node:stream').Readable, program.stdin as import('node:stream').Writable, {
    earlyEnd,
    release: () => program.kill('SIGTERM'),
  });
}

function noAnswer({ location }: Host, complaint: string, exitCode: number | null): MusterError {
  const said = complaint.trim().split('\n').at(-1)?.trim() || `docker ended with code ${exitCode ?? 'none'}`;
  return new MusterError('ENGINE_ABSENT', `no engine answers on ${location}: ${said}`, {
    hint: 'check that Docker runs there, and that your user over there may use it',
  });
}

function noProgram({ location }: Host): MusterError {
  return new MusterError(
    'ENGINE_ABSENT',
    `there is no docker program on ${location}, and its SSH server forwards no connections`,
    {
      hint: 'install the docker CLI there, or allow AllowStreamLocalForwarding in its sshd_config',
    },
  );
}

const engineCodes: Partial<Record<string, 'ENGINE_ABSENT' | 'ENGINE_PERMISSION' | 'ENGINE_LOST'>> = {
  HOST_UNREACHABLE: 'ENGINE_ABSENT',
  HOST_PERMISSION: 'ENGINE_PERMISSION',
  HOST_LOST: 'ENGINE_LOST',
};

/** To who asks an engine, a host that can't be reached is one without; the words are the host's. HOST_KEY and HOST_ADDRESS stay what they are. */
function asEngineFailure(error: unknown): Error {
  if (!(error instanceof MusterError)) return error as Error;
  const code = engineCodes[error.code];
  return code === undefined ? error : new MusterError(code, error.message, { hint: error.hint, cause: error });
}
