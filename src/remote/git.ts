// A revision of a Git repository, checked out into the cache that Docker Compose uses too: paths below it are part of the model, so that both
// tools must have them in one place to agree on a hash.

import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { localHost } from '#host/local.ts';
import { MusterError } from '#lib/errors.ts';
import { type GitReference, shownReference, withoutUserinfo } from '#model/remote-reference.ts';
import { cacheDirectory, kept } from './cache-directory.ts';
import { gitEnvironment } from './git-environment.ts';

export type CheckOutOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Told before anything is downloaded. */
  readonly onFetch?: () => void;
};

/** The folder with its files. Only a revision that is a commit id needs no network once it is there. Throws REMOTE_FAILED. */
export async function checkOut(reference: GitReference, options: CheckOutOptions): Promise<string> {
  const cache = join(cacheDirectory(options.environment), 'docker-compose');
  const commit = isCommit(reference.revision) ? reference.revision : await commitOf(reference, options);
  const folder = join(cache, commit);
  if (await isComplete(folder)) return folder;
  options.onFetch?.();
  const unfinished = await kept(shownReference(reference), cache, async () => {
    await mkdir(cache, { recursive: true, mode: 0o700 });
    return mkdtemp(join(cache, '.muster-'));
  });
  try {
    await download(reference, commit, unfinished, options);
    await kept(shownReference(reference), cache, () => moveTo(unfinished, folder));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision);

/** A checkout writes the index last. */
const isComplete = (folder: string): Promise<boolean> =>
  stat(join(folder, '.git', 'index')).then(
    () => true,
    () => false,
  );

async function moveTo(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    // Another run was faster, or one of Docker Compose's was interrupted.
    if (await isComplete(to)) return;
    await rm(to, { recursive: true, force: true });
    await rename(from, to);
  }
}

/** What the remote's branch, tag or HEAD is now; for an annotated tag its own id, as in Docker Compose. */
async function commitOf(reference: GitReference, options: CheckOutOptions): Promise<string> {
  const { revision } = reference;
  const names = revision === '' ? ['HEAD'] : [`refs/heads/${revision}`, `refs/tags/${revision}`, revision];
  const text = await git(['ls-remote', '--quiet', '--', remoteName, ...names], { reference, ...options });
  const ids = new Map(text.split('\n').flatMap((line) => (line === '' ? [] : [[line.slice(41), line.slice(0, 40)] as const])));
  // Git also lists what only ends like a name that was asked for.
  const id = names.map((name) => ids.get(name)).find((found) => found !== undefined);
  if (id !== undefined && isCommit(id)) return id;
  throw new MusterError('REMOTE_FAILED', `${shownReference(reference)} has no branch or tag "${revision || 'HEAD'}"`, {
    hint: 'name a branch, a tag or a full commit id after the #',
  });
}

async function download(reference: GitReference, commit: string, folder: string, options: CheckOutOptions): Promise<void> {
  const run = (args: readonly string[]): Promise<string> => git(args, { reference, folder, ...options });
  // No templates, and so no hooks of this user's.
  await run(['init', '--quiet', '--template=']);
  await run(['fetch', '--quiet', '--depth=1', '--no-tags', remoteName, commit]);
  await run(['checkout', '--quiet', '--detach', 'FETCH_HEAD']);
}

/** The address stands in the environment, where other users can't read it, under this name. */
const remoteName = 'origin';

type GitCall = CheckOutOptions & { readonly reference: GitReference; readonly folder?: string };

async function git(args: readonly string[], { reference, folder, environment, signal }: GitCall): Promise<string> {
  const env = gitEnvironment(environment, { [`remote.${remoteName}.url`]: reference.url });
  const call = { argv: ['git', ...args] as const, env, signal };
  const { exitCode, stdout, stderr } = await localHost()
    .run(folder === undefined ? call : { ...call, cwd: folder })
    .catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? noGit(reference, error) : error;
    });
  if (exitCode === 0) return stdout.toString();
  throw new MusterError('REMOTE_FAILED', `can't fetch ${shownReference(reference)}: ${reasonIn(stderr.toString())}`, {
    hint: 'see whether `git ls-remote` with this address works here; logins come from git’s own settings',
  });
}

function reasonIn(stderr: string): string {
  const lines = withoutUserinfo(stderr)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const fatal = lines.find((line) => /^(?:fatal|error):/.test(line)) ?? lines.at(-1) ?? 'git says nothing more';
  return fatal.replace(/^(?:fatal|error):\s*/, '').trim();
}

function noGit(reference: GitReference, cause: unknown): MusterError {
  return new MusterError('REMOTE_FAILED', `can't fetch ${shownReference(reference)}: there is no git on this machine`, {
    hint: 'install git',
    cause,
  });
}
