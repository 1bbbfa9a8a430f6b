import { PassThrough } from 'node:stream';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { cancelledBy } from '#lib/cancel.ts';
import { copyFailed, folderOf, meter } from '../copy.ts';
import type { CopySource } from '../copy.ts';
import type { CopyOptions, CopyResult } from '../host.ts';
import { localSource, receiveLocally } from '../local-copy.ts';
import { asPath } from './command-lines.ts';
import { fileError } from './errno.ts';
import { outputOf } from './script-runner.ts';
import type { RunScript, SpawnScript } from './script-runner.ts';
import { draftIn, octal } from './shell-files.ts';

/** All of it comes and is compared first; then a second command puts it in place. A connection that breaks leaves what was there. */
export async function uploadThere(
  scripts: { readonly run: RunScript; readonly spawn: SpawnScript },
  localPath: string,
  path: string,
  { mode, signal }: CopyOptions = {},
): Promise<CopyResult> {
  const source = await localSource(localPath, signal);
  const target = asPath(path).replace(/(?<=.)\/+$/, '');
  const folder = folderOf(target);
  const draft = draftIn(folder);
  try {
    const sent = await send(source, await scripts.spawn('receive', [draft], { signal }), path, signal);
    const placed =
      source.kind === 'file'
        ? scripts.run('placeFile', [`${draft}/data`, target, folder, octal(mode ?? source.mode)], { signal })
        : scripts.run('placeTree', [draft, target, folder], { signal });
    await outputOf(placed, 'write', path);
    return sent;
  } catch (error) {
    throw signal?.aborted === true ? cancelledBy(signal) : error;
  } finally {
    source.bytes.destroy();
    // Without a connection there is nobody to tidy up after; the name says whose it is.
    await scripts.run('remove', [draft]).catch(() => {});
  }
}

async function send(
  source: CopySource,
  receiver: Awaited<ReturnType<SpawnScript>>,
  path: string,
  signal: AbortSignal | undefined,
): Promise<CopyResult> {
  const { through, result } = meter();
  const said = Promise.all([text(receiver.stdout as Readable), text(receiver.stderr as Readable)]);
  // When the far side gives up first, its reason tells more than a closed pipe.
  const [piped, ended] = await Promise.allSettled([
    pipeline(source.bytes, through, receiver.stdin as Writable, { signal }),
    receiver.ended,
  ]);
  if (ended.status === 'rejected') throw ended.reason;
  const [sum, complaint] = await said;
  if (ended.value.exitCode !== 0) throw fileError('write', path, complaint);
  if (piped.status === 'rejected') throw piped.reason;
  await source.complete();
  const sent = result();
  const arrived = sum.split(/\s+/);
  if (arrived[0] !== sent.sha256 || !arrived.includes(String(sent.sizeBytes)))
    throw copyFailed(path, `what arrived differs from what was sent (${sent.sizeBytes} bytes)`);
  return sent;
}

export async function downloadThere(
  spawn: SpawnScript,
  path: string,
  localPath: string,
  options: CopyOptions = {},
): Promise<CopyResult> {
  const sender = await spawn('send', [asPath(path)], { signal: options.signal });
  sender.stdin.end();
  return receiveLocally(await sentSource(sender, path), localPath, options);
}

/** The first line says what comes; the checksum that is said last has to fit. */
async function sentSource(sender: Awaited<ReturnType<SpawnScript>>, path: string): Promise<CopySource> {
  const said = text(sender.stderr as Readable);
  said.catch(() => {});
  const header = await firstLine(sender.stdout as Readable);
  if (header === null) {
    await sender.ended;
    throw fileError('open', path, await said);
  }
  const [kind, mode = ''] = header.split(' ');
  const { through, result } = meter();
  (sender.stdout as Readable).pipe(through);
  return {
    kind: kind === 'tree' ? 'tree' : 'file',
    mode: Number.parseInt(mode, 8),
    bytes: through.pipe(new PassThrough()),
    async complete() {
      const { exitCode } = await sender.ended;
      if (exitCode !== 0) throw fileError('read', path, await said);
      if (!(await said).includes(result().sha256)) throw copyFailed(path, 'what arrived differs from what was sent');
    },
  };
}

/** null: it ended before. What follows the line stays in the stream. */
async function firstLine(stream: Readable): Promise<string | null> {
  let line = Buffer.alloc(0);
  for (;;) {
    const chunk = stream.read() as Buffer | null;
    if (chunk === null) {
      if (stream.readableEnded || stream.destroyed) return null;
      await new Promise((resolve) => {
        for (const event of ['readable', 'end', 'close']) stream.once(event, resolve);
      });
      continue;
    }
    line = Buffer.concat([line, chunk]);
    const end = line.indexOf(10);
    if (end === -1) continue;
    stream.removeAllListeners('readable');
    stream.unshift(line.subarray(end + 1));
    return line.toString('utf8', 0, end);
  }
}
