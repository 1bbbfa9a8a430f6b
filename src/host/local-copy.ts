import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { cancelledBy } from '#lib/cancel.ts';
import { copyFailed, folderOf, meter } from './copy.ts';
import type { CopySource } from './copy.ts';
import type { CopyOptions, CopyResult } from './host.ts';
import { syncDirectory } from './local-file.ts';
import { localPath } from './local-path.ts';
import { spawnLocally } from './local-process.ts';

/** A link to a file or folder stands for it; links inside a tree stay links. */
export async function localSource(path: string, signal?: AbortSignal): Promise<CopySource> {
  const found = await stat(localPath(path));
  const mode = found.mode & 0o7777;
  if (!found.isDirectory())
    return { kind: 'file', mode, bytes: createReadStream(localPath(path)), complete: () => Promise.resolve() };

  const tar = await spawnLocally({ argv: ['tar', '-cf', '-', '.'], cwd: path, env: tarEnvironment(), stdin: '', signal });
  const success = tarSucceeds(tar, path);
  // Who reads the bytes asks for it afterwards.
  success.catch(() => {});
  return { kind: 'tree', mode, bytes: tar.stdout as CopySource['bytes'], complete: () => success };
}

/** Beside its place first; there only once all of it has come. */
export async function receiveLocally(source: CopySource, path: string, { mode, signal }: CopyOptions): Promise<CopyResult> {
  const draft = `${folderOf(path)}/.muster-${randomBytes(6).toString('hex')}`;
  try {
    const result = await (source.kind === 'file' ? receiveFile(source, draft, mode, signal) : receiveTree(source, draft, signal));
    await (source.kind === 'file' ? rename(localPath(draft), localPath(path)) : replaceTree(draft, path));
    await syncDirectory(folderOf(path));
    return result;
  } catch (error) {
    throw signal?.aborted === true ? cancelledBy(signal) : error;
  } finally {
    source.bytes.destroy();
    await rm(localPath(draft), { recursive: true, force: true });
  }
}

async function receiveFile(
  source: CopySource,
  draft: string,
  mode: number | undefined,
  signal?: AbortSignal,
): Promise<CopyResult> {
  const file = await open(localPath(draft), 'wx', 0o600);
  const { through, result } = meter();
  try {
    const write = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) await file.writeFile(chunk);
    };
    await pipeline(source.bytes, through, write, { signal });
    await source.complete();
    await file.chmod(mode ?? source.mode);
    await file.sync();
  } finally {
    await file.close();
  }
  return result();
}

async function receiveTree(source: CopySource, draft: string, signal?: AbortSignal): Promise<CopyResult> {
  await mkdir(localPath(draft), { mode: 0o700 });
  await mkdir(localPath(`${draft}/tree`));
  const tar = await spawnLocally({ argv: ['tar', '-xpof', '-'], cwd: `${draft}/tree`, env: tarEnvironment(), signal });
  const extracted = tarSucceeds(tar, draft);
  const { through, result } = meter();
  // When tar gives up first, what it said tells more than its closed input.
  const [sent, done] = await Promise.allSettled([
    pipeline(source.bytes, through, (chunks: AsyncIterable<Buffer>) => feed(tar.stdin as Writable, chunks), { signal }),
    extracted,
  ]);
  if (done.status === 'rejected') throw done.reason;
  if (sent.status === 'rejected') throw sent.reason;
  await source.complete();
  return result();
}

/** tar stops reading where the archive ends, and archives are padded: the rest is read for the checksum. */
async function feed(stdin: Writable, chunks: AsyncIterable<Buffer>): Promise<void> {
  const closed = new Promise((resolve) => stdin.once('close', resolve));
  for await (const chunk of chunks)
    if (stdin.writable && !stdin.write(chunk))
      await Promise.race([new Promise((resolve) => stdin.once('drain', resolve)), closed]);
  stdin.end();
}

/** What has the name goes aside first, into the draft, and with it. */
async function replaceTree(draft: string, path: string): Promise<void> {
  const there = await lstat(localPath(path)).catch(() => null);
  if (there !== null) await rename(localPath(path), localPath(`${draft}/old`));
  await rename(localPath(`${draft}/tree`), localPath(path));
}

async function tarSucceeds(tar: Awaited<ReturnType<typeof spawnLocally>>, path: string): Promise<void> {
  let said = '';
  tar.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  const { exitCode, signal } = await tar.ended;
  if (exitCode !== 0) throw copyFailed(path, said || `tar ended by ${signal ?? `code ${exitCode}`}`);
}

/** macOS's tar would add files of its own. */
const tarEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  COPYFILE_DISABLE: '1',
});
