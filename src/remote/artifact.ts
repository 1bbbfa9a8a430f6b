// A Compose application out of a registry, unpacked into the cache that Docker Compose uses too, so that both see the same paths.

import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fullReference, parseReference, type Reference } from '#image/reference.ts';
import { replaceFile } from '#lib/atomic-file.ts';
import { MusterError } from '#lib/errors.ts';
import { mapLimit } from '#lib/map-limit.ts';
import { shownReference, type ArtifactReference } from '#model/remote-reference.ts';
import { artifactIn, type ArtifactFiles, type Layer, type Piece } from './artifact-manifest.ts';
import { cacheDirectory, kept } from './cache-directory.ts';
import { digestOf, isContentOf } from './digest.ts';
import { Repository } from './registry/registry.ts';

export type UnpackOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told before anything but a manifest is downloaded. */
  readonly onFetch?: () => void;
};

/** The folder with its files. Only one that is named by its digest needs no network once it is there. Throws REMOTE_FAILED. */
export async function unpackArtifact(reference: ArtifactReference, options: UnpackOptions): Promise<string> {
  const work = workOn(reference, options);
  const { digest, manifest } = await manifestOf(work);
  const files = await filesOf(manifest, work);
  const folder = join(work.cache, 'docker-compose', digest.slice(digest.indexOf(':') + 1));
  if (await holds(folder, files)) return folder;
  options.onFetch?.();
  const contents = await mapLimit([...files], 4, async ([name, pieces]) => [name, await contentOf(pieces, work)] as const);
  await kept(work.shown, work.cache, () => write(folder, contents));
  return folder;
}

type Work = {
  readonly shown: string;
  readonly reference: Reference;
  readonly repository: Repository;
  readonly cache: string;
};

function workOn(reference: ArtifactReference, { environment, signal }: UnpackOptions): Work {
  const shown = shownReference(reference);
  const parsed = parseReference(reference.name);
  if (parsed === null)
    throw new MusterError('REMOTE_FAILED', `${shown} names nothing in a registry`, {
      hint: 'write it like oci://registry/name:tag, in lower case',
    });
  const { registry, repository } = parsed;
  return {
    shown,
    reference: parsed,
    repository: new Repository({ registry, repository, environment, signal }),
    cache: cacheDirectory(environment),
  };
}

async function manifestOf(work: Work): Promise<{ readonly digest: string; readonly manifest: Buffer }> {
  const { digest, tag } = work.reference;
  if (digest !== '') return { digest, manifest: await manifestWith(digest, work) };
  const manifest = await work.repository.manifest(tag);
  await keepManifest(digestOf(manifest), manifest, work);
  return { digest: digestOf(manifest), manifest };
}

/** Of an index, the files are those of the application that it names. */
async function filesOf(manifest: Buffer, work: Work): Promise<ArtifactFiles> {
  const artifact = artifactIn(manifest, work.shown);
  if (artifact.kind === 'files') return artifact.files;
  const inner = artifactIn(await manifestWith(artifact.digest, work), work.shown);
  if (inner.kind === 'files') return inner.files;
  throw new MusterError('REMOTE_FAILED', `${work.shown} can't be used: it is an index in an index`, { hint: 'publish it again' });
}

async function manifestWith(digest: string, work: Work): Promise<Buffer> {
  const known = await readFile(manifestPath(digest, work)).catch(() => null);
  if (known !== null && isContentOf(digest, known)) return known;
  const manifest = await work.repository.manifest(digest);
  if (!isContentOf(digest, manifest)) throw notWhatWasNamed(digest, work);
  await keepManifest(digest, manifest, work);
  return manifest;
}

/** Docker Compose's own folder keeps the files alone. */
const manifestPath = (digest: string, { cache }: Work): string => join(cache, 'muster', 'artifacts', digest.replace(':', '-'));

async function keepManifest(digest: string, manifest: Buffer, work: Work): Promise<void> {
  await kept(work.shown, work.cache, async () => {
    await mkdir(join(work.cache, 'muster', 'artifacts'), { recursive: true, mode: 0o700 });
    replaceFile(manifestPath(digest, work), manifest, { mode: 0o600 });
  });
}

async function contentOf(pieces: readonly Piece[], work: Work): Promise<Buffer> {
  const parts = await mapLimit(pieces, 4, (piece) =>
    typeof piece === 'string' ? Promise.resolve(Buffer.from(piece)) : layerContent(piece, work),
  );
  return Buffer.concat(parts);
}

async function layerContent({ digest, size, data }: Layer, work: Work): Promise<Buffer> {
  const content = data === undefined ? await work.repository.blob(digest, size) : Buffer.from(data, 'base64');
  if (content.length !== size || !isContentOf(digest, content)) throw notWhatWasNamed(digest, work);
  return content;
}

function notWhatWasNamed(digest: string, { reference, shown }: Work): MusterError {
  return new MusterError('REMOTE_FAILED', `${shown}: ${reference.registry} sends something else than ${digest}`, {
    hint: `somebody or something changed it on the way; nothing of ${fullReference(reference)} was used`,
  });
}

/** Docker Compose may have been interrupted while it wrote them, and takes any folder for a whole one. */
async function holds(folder: string, files: ArtifactFiles): Promise<boolean> {
  const checks = [...files].map(async ([name, pieces]) => isMadeOf(await readFile(join(folder, name)), pieces));
  return Promise.all(checks).then(
    (results) => results.every(Boolean),
    () => false,
  );
}

function isMadeOf(content: Buffer, pieces: readonly Piece[]): boolean {
  let at = 0;
  for (const piece of pieces) {
    const part = content.subarray(at, at + (typeof piece === 'string' ? piece.length : piece.size));
    if (typeof piece === 'string' ? part.toString() !== piece : !isContentOf(piece.digest, part)) return false;
    at += part.length;
  }
  return at === content.length;
}

async function write(folder: string, contents: readonly (readonly [string, Buffer])[]): Promise<void> {
  const parent = join(folder, '..');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const unfinished = await mkdtemp(join(parent, '.muster-'));
  try {
    for (const [name, content] of contents) await writeFile(join(unfinished, name), content, { mode: 0o600 });
    await moveTo(unfinished, folder, contents);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function moveTo(from: string, to: string, contents: readonly (readonly [string, Buffer])[]): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // Another run was faster, or left it half done. The folder stays: volumes of services may lie in it.
    for (const [name] of contents) await rename(join(from, name), join(to, name));
  }
}
