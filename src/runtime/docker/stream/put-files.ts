// Files of a container that are kept equal to those here (develop.watch).

import { text } from 'node:stream/consumers';
import { refusalOf } from '#engine/engine.ts';
import type { ContextEntry } from '#image/context-entries.ts';
import { tarStream } from '#image/tar-stream.ts';
import { MusterError } from '#lib/errors.ts';
import type { ObservedReplica } from '#model/observed.ts';
import type { FilesToPut } from '../../runtime.ts';
import type { DockerSetting } from '../setting.ts';
import { startExec, unreachable } from './exec.ts';
import { type Owner, userOf } from './replica-user.ts';

type Setting = Pick<DockerSetting, 'engine'>;

export async function putFiles(
  setting: Setting,
  replica: ObservedReplica,
  { gone, entries }: FilesToPut,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  try {
    for (const some of inCommands(gone)) await remove(setting, replica, some, signal);
    if (entries !== null) await unpack(setting, replica, entries, signal);
  } catch (error) {
    throw unreachable(error, replica) ?? error;
  }
}

/** The engine unpacks by itself, whatever the image has in it. Where the container's user is not root, it gets what is unpacked. */
async function unpack(
  setting: Setting,
  { id, name }: ObservedReplica,
  entries: AsyncIterable<ContextEntry>,
  signal: AbortSignal,
): Promise<void> {
  const owner = await userOf(setting, id, signal);
  try {
    await setting.engine.json({
      path: `/containers/${id}/archive`,
      method: 'PUT',
      query: { path: '/' },
      headers: { 'content-type': 'application/x-tar' },
      body: tarStream(owner === null ? entries : ownedBy(owner, entries)),
      signal,
    });
  } catch (error) {
    if (!/read-only/i.test(refusalOf(error)?.message ?? '')) throw error;
    throw new MusterError('SYNC_FAILED', `${name} is read-only where files are to be put`, {
      hint: 'leave read_only out, or put a volume where they go',
      cause: refusalOf(error),
    });
  }
}

async function* ownedBy(owner: Owner, entries: AsyncIterable<ContextEntry>): AsyncGenerator<ContextEntry> {
  for await (const entry of entries) yield { ...entry, owner };
}

/** The engine can't remove files: that takes a program in the container. */
async function remove(setting: Setting, replica: ObservedReplica, paths: readonly string[], signal: AbortSignal): Promise<void> {
  const cannot = (why: string, cause?: unknown): MusterError =>
    new MusterError('SYNC_FAILED', `${paths.join(', ')} can't be removed from ${replica.name}: ${why}`, {
      hint: `the image needs the program rm; without it, make the replica anew: muster up --force-recreate ${replica.service}`,
      cause,
    });
  const session = await startExec(setting, replica.id, {
    command: ['rm', '-rf', '--', ...paths],
    // As the engine unpacks: files may belong to others than the container's user.
    user: '0',
    tty: false,
    interactive: false,
    detach: false,
    workingDir: '',
    privileged: false,
    environment: [],
    signal,
  }).catch((error: unknown) => {
    if (/executable file not found|no such file/i.test(refusalOf(error)?.message ?? '')) throw cannot('it has no rm', error);
    throw error;
  });
  const [said, complained] = await Promise.all([text(session.stdout), text(session.stderr)]);
  const exitCode = await session.exit;
  if (exitCode !== 0) throw cannot(exitCode === 126 || exitCode === 127 ? 'it has no rm' : (complained || said).trim());
}

/** A command may only be so long. */
function* inCommands(paths: readonly string[]): Generator<readonly string[]> {
  let some: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    if (bytes > 64 * 1024) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(path);
    bytes += Buffer.byteLength(path) + 1;
  }
  if (some.length > 0) yield some;
}
