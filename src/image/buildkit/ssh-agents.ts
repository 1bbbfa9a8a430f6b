// The agents behind `build.ssh`: the user's own, or one that we start with a key file and end with the build.

import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '#engine/docker-config.ts';
import { localHost } from '#host/local.ts';
import { MusterError } from '#lib/errors.ts';

export type SshAgents = {
  /** Paths of sockets by id. */
  readonly sockets: ReadonlyMap<string, string>;
  close(): Promise<void>;
};

export type SshSetting = { readonly service: string; readonly environment: Environment; readonly signal: AbortSignal };

/** `entries`: `default`, `id=/path/to/socket`, `id=/path/to/key`. Throws BUILD_INPUT with the path that is wrong. */
export async function openSshAgents(entries: readonly string[], setting: SshSetting): Promise<SshAgents> {
  const sockets = new Map<string, string>();
  const started: StartedAgent[] = [];
  const close = async (): Promise<void> => {
    for (const agent of started) await agent.close();
  };
  try {
    for (const entry of entries) {
      const { id, path } = parsed(entry);
      if (path === '') sockets.set(id, userAgent(setting));
      else if (await isSocket(path, setting)) sockets.set(id, path);
      else {
        const agent = await startAgent(setting);
        started.push(agent);
        sockets.set(id, agent.socket);
        await addKey(agent.socket, path, setting);
      }
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { sockets, close };
}

function parsed(entry: string): { readonly id: string; readonly path: string } {
  const equals = entry.indexOf('=');
  return equals === -1 ? { id: entry, path: '' } : { id: entry.slice(0, equals), path: entry.slice(equals + 1) };
}

function userAgent({ service, environment }: SshSetting): string {
  const socket = environment['SSH_AUTH_SOCK'];
  if (socket) return socket;
  throw new MusterError('BUILD_INPUT', `the build of service "${service}" wants your SSH agent, and SSH_AUTH_SOCK is not set`, {
    hint: 'start one (eval "$(ssh-agent)" && ssh-add), or name a key file: build.ssh: ["default=/path/to/key"]',
  });
}

async function isSocket(path: string, { service }: SshSetting): Promise<boolean> {
  const found = await stat(path).catch((cause: unknown) => {
    throw new MusterError('BUILD_INPUT', `build.ssh of service "${service}" names ${path}: ${(cause as Error).message}`, {
      hint: 'name the socket of an agent, or a private key file',
      cause,
    });
  });
  return found.isSocket();
}

type StartedAgent = { readonly socket: string; close(): Promise<void> };

/** In the foreground, in a folder that only we may enter. */
async function startAgent({ service, environment, signal }: SshSetting): Promise<StartedAgent> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-ssh-'));
  const socket = join(folder, 'agent');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const agent = await localHost()
    .spawn({ argv: ['ssh-agent', '-D', '-a', socket], env: pathOnly(environment), stdin: '', signal })
    .catch(async (cause: unknown) => {
      await remove();
      throw new MusterError(
        'BUILD_INPUT',
        `build.ssh of service "${service}" names a key file, and there is no ssh-agent to hold it`,
        {
          hint: 'install OpenSSH, or name the socket of an agent that runs',
          cause,
        },
      );
    });
  // It says where it listens once it does.
  await Promise.race([once(agent.stdout, 'data'), agent.ended]);
  return {
    socket,
    async close() {
      agent.kill('SIGTERM');
      await agent.ended;
      await remove();
    },
  };
}

async function addKey(socket: string, path: string, { service, environment, signal }: SshSetting): Promise<void> {
  // A passphrase is asked for by a program that knows none, instead of on the terminal.
  const asking = { SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':' };
  const { exitCode, stderr } = await localHost().run({
    argv: ['ssh-add', '-q', '--', path],
    env: { ...pathOnly(environment), ...asking, SSH_AUTH_SOCK: socket },
    signal,
  });
  if (exitCode === 0) return;
  const said = stderr.toString().trim().split('\n').at(-1) ?? '';
  throw new MusterError('BUILD_INPUT', `build.ssh of service "${service}": ssh-add does not take ${path}${said && `: ${said}`}`, {
    hint: 'name a private key that only you may read; one with a passphrase must be in your own agent: build.ssh: [default]',
  });
}

const pathOnly = ({ PATH, HOME }: Environment): Record<string, string> => ({
  PATH: PATH ?? '/usr/bin:/bin',
  ...(HOME === undefined ? {} : { HOME }),
});
