// Everything that a build needs from this machine, looked at before anything is sent.

import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, relative, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import type { Build } from '#model/project.ts';
import { MusterError } from '#lib/errors.ts';
import { contextEntries } from './context-entries.ts';
import type { ContextEntry } from './context-entries.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { tarStream } from './tar-stream.ts';

export type BuildInput =
  | { readonly kind: 'remote'; readonly remote: string; readonly dockerfile: string }
  | { readonly kind: 'local'; readonly dockerfile: string; pack(): Promise<Readable> };

/** Throws BUILD_INPUT with the path that is missing. `service` is for the words only. */
export async function buildInputOf(build: Build, service: string): Promise<BuildInput> {
  const context = build.context ?? '.';
  if (isRemoteContext(context)) return remoteInput(context, build, service);
  await requireDirectory(context, service);

  if (build.dockerfile_inline !== undefined)
    return {
      kind: 'local',
      ...extraDockerfile(build.dockerfile_inline),
      pack: () => packWith(context, null, build.dockerfile_inline),
    };
  const path = await findDockerfile(context, build.dockerfile, service);
  const inside = relative(context, path);
  if (inside.startsWith('..') || isAbsolute(inside)) {
    const text = await readFile(path, 'utf8');
    return { kind: 'local', ...extraDockerfile(text), pack: () => packWith(context, path, text) };
  }
  return { kind: 'local', dockerfile: inside, pack: () => packInside(context, path, inside) };
}

/** What the engine fetches itself: git repositories and archives behind http. */
export function isRemoteContext(context: string): boolean {
  return /^(https?:\/\/|git:\/\/|ssh:\/\/|git@|github\.com\/)/.test(context);
}

function remoteInput(remote: string, build: Build, service: string): BuildInput {
  if (build.dockerfile_inline !== undefined)
    throw new MusterError('UNSUPPORTED', `service "${service}": dockerfile_inline with the remote context ${remote}`, {
      hint: 'use a local context, or a Dockerfile in the remote one',
    });
  return { kind: 'remote', remote, dockerfile: build.dockerfile ?? 'Dockerfile' };
}

async function requireDirectory(context: string, service: string): Promise<void> {
  const found = await stat(context).catch(() => null);
  if (found?.isDirectory() === true) return;
  throw new MusterError(
    'BUILD_INPUT',
    `the build context of service "${service}" ${found === null ? 'is missing' : 'is no directory'}: ${context}`,
    {
      hint: 'create it, or correct build.context',
    },
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
  const replaced = new Set(additions.map((entry) => entry.header.name));
  for await (const entry of entries) if (!replaced.has(entry.header.name)) yield entry;
  yield* additions;
}

function textEntry(name: string, text: string): ContextEntry {
  const bytes = Buffer.from(text);
  const header = {
    name: basename(name),
    size: bytes.length,
    mode: 0o644,
    mtime: new Date(0),
    uid: 0,
    gid: 0,
    type: 'file' as const,
  };
  return {
    header,
    body: (async function* () {
      if (bytes.length > 0) yield await Promise.resolve(bytes);
    })(),
  };
}
