// Everything that a build needs from this machine, looked at before anything is sent.

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Build } from '#model/project.ts';
import { MusterError } from '#lib/errors.ts';
import { contextEntries, textEntry } from './context-entries.ts';
import type { ContextEntry } from './context-entries.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { tarStream } from './tar-stream.ts';

/** What is built, found before anything is sent. */
export type BuildSource =
  | { readonly kind: 'remote'; readonly remote: string; readonly dockerfile: string }
  | {
      readonly kind: 'local';
      /** Absolute. */
      readonly context: string;
      readonly dockerfile: { readonly path: string } | { readonly text: string };
    };

export type BuildInput =
  | { readonly kind: 'remote'; readonly remote: string; readonly dockerfile: string }
  | { readonly kind: 'local'; readonly dockerfile: string; pack(): Promise<Readable> };

/** Throws BUILD_INPUT with the path that is missing. `service` is for the words only. */
export async function buildSourceOf(build: Build, service: string): Promise<BuildSource> {
  const context = build.context ?? '.';
  if (isRemoteContext(context)) return remoteSource(context, build, service);
  await requireDirectory(context, service);
  if (build.dockerfile_inline !== undefined) return { kind: 'local', context, dockerfile: { text: build.dockerfile_inline } };
  return { kind: 'local', context, dockerfile: { path: await findDockerfile(context, build.dockerfile, service) } };
}

/** The same as the classic builder takes it: one archive with the Dockerfile in it. */
export async function buildInputOf(build: Build, service: string): Promise<BuildInput> {
  const source = await buildSourceOf(build, service);
  if (source.kind === 'remote') return source;
  const { context, dockerfile } = source;
  if ('text' in dockerfile)
    return { kind: 'local', ...extraDockerfile(dockerfile.text), pack: () => packWith(context, null, dockerfile.text) };
  const inside = relative(context, dockerfile.path);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    const text = await readFile(dockerfile.path, 'utf8');
    return { kind: 'local', ...extraDockerfile(text), pack: () => packWith(context, dockerfile.path, text) };
  }
  return { kind: 'local', dockerfile: inside, pack: () => packInside(context, dockerfile.path, inside) };
}

/** What the engine fetches itself: git repositories and archives behind http. */
export function isRemoteContext(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context);
}

function remoteSource(remote: string, build: Build, service: string): BuildSource {
  if (build.dockerfile_inline !== undefined)
    throw new MusterError('UNSUPPORTED', `service "${service}": dockerfile_inline with the remote context ${remote}`, {
      hint: 'use a local context, or a Dockerfile in the remote one',
    });
  return { kind: 'remote', remote, dockerfile: build.dockerfile ?? 'Dockerfile' };
}

/** `key` is where the Compose file names it. */
export async function requireDirectory(path: string, service: string, key = 'build.context'): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return;
  const what = key === 'build.context' ? 'the build context' : key;
  throw new MusterError(
    'BUILD_INPUT',
    `${what} of service "${service}" ${found === null ? 'is missing' : 'is no directory'}: ${path}`,
    { hint: `create it, or correct ${key}` },
  );
}

/** Docker also takes a lower-case name where none is given. */
async function findDockerfile(context: string, named: string | undefined, service: string): Promise<string> {
  const candidates = named === undefined || named === 'Dockerfile' ? ['Dockerfile', 'dockerfile'] : [named];
  for (const candidate of candidates) {
    const path = resolve(context, candidate);
    if ((await stat(path).catch(() => null))?.isFile() === true) return path;
  }
  const path = resolve(context, named ?? 'Dockerfile');
  throw new MusterError('BUILD_INPUT', `the Dockerfile of service "${service}" is missing: ${path}`, {
    hint: 'create it, or name another one with build.dockerfile',
  });
}

/** A Dockerfile that is not in the context travels under a name that depends on its text only, so that the cache holds. */
function extraDockerfile(text: string): { dockerfile: string } {
  return { dockerfile: `.muster-dockerfile-${createHash('sha256').update(text).digest('hex').slice(0, 12)}` };
}

async function packInside(context: string, path: string, inside: string): Promise<Readable> {
  const rules = await readIgnoreRules(context, path);
  return tarStream(contextEntries({ root: context, rules, always: new Set([inside, '.dockerignore']) }));
}

async function packWith(context: string, path: string | null, text = ''): Promise<Readable> {
  const rules = await readIgnoreRules(context, path);
  const { dockerfile } = extraDockerfile(text);
  const always = new Set<string>();
  // The engine takes away what .dockerignore names once it has read the Dockerfile: COPY . . must not see our additions.
  const written = await readFile(join(context, '.dockerignore'), 'utf8').catch(() => null);
  const ignoreText = written === null ? `.dockerignore\n${dockerfile}\n` : `${written}\n${dockerfile}\n`;
  const additions = [textEntry('.dockerignore', ignoreText), textEntry(dockerfile, text)];
  return tarStream(followedBy(contextEntries({ root: context, rules, always }), additions));
}

/** The additions last, instead of files of the same name. */
async function* followedBy(
  entries: AsyncIterable<ContextEntry>,
  additions: readonly ContextEntry[],
): AsyncGenerator<ContextEntry> {
  const replaced = new Set(additions.map((entry) => entry.path));
  for await (const entry of entries) if (!replaced.has(entry.path)) yield entry;
  yield* additions;
}
