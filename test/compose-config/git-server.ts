// Git repositories over HTTP on loopback, through git's own CGI program.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export type GitServer = {
  /** `http://127.0.0.1:4000`: repositories are below it. */
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly requests: readonly string[];
  /** Commits these files to `main` of a repository, with a tag if one is given; answers the commit. `-> x` makes a symbolic link. */
  commit(repository: string, files: Readonly<Record<string, string>>, tag?: string): string;
  /** From now on requests get no answer; `held` resolves with the first of them. */
  hold(): void;
  readonly held: Promise<void>;
  close(): Promise<void>;
};

export async function startGitServer(): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'muster-git-'));
  const requests: string[] = [];
  const held = Promise.withResolvers<void>();
  let isHolding = false;
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (isHolding) held.resolve();
    else serve(root, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    commit: (repository, files, tag) => commit(join(root, repository), files, tag),
    hold: () => void (isHolding = true),
    held: held.promise,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      rmSync(root, { recursive: true });
    },
  };
}

function serve(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://host');
  const env = {
    ...process.env,
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: pathname,
    QUERY_STRING: search.slice(1),
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    GIT_PROTOCOL: request.headers['git-protocol']?.toString() ?? '',
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
  };
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.once('close', () => {
    const answer = Buffer.concat(chunks);
    const end = answer.indexOf('\r\n\r\n');
    const headers = answer.subarray(0, end).toString().split('\r\n');
    let status = 200;
    for (const line of headers) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name === 'Status') status = Number.parseInt(value);
      else if (name !== '') response.setHeader(name, value);
    }
    response.writeHead(status).end(answer.subarray(end + 4));
  });
}

function commit(repository: string, files: Readonly<Record<string, string>>, tag?: string): string {
  const tree = mkdtempSync(join(tmpdir(), 'muster-git-tree-'));
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  const git = (...args: string[]): string =>
    execFileSync('git', [...identity, `--git-dir=${repository}`, `--work-tree=${tree}`, ...args], { encoding: 'utf8' }).trim();
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(tree, name)), { recursive: true });
      if (text.startsWith('-> ')) symlinkSync(text.slice(3), join(tree, name));
      else writeFileSync(join(tree, name), text);
    }
    if (!existsSync(repository)) execFileSync('git', ['init', '--quiet', '--bare', '--initial-branch=main', repository]);
    git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    git('add', '--all');
    git('commit', '--quiet', '--allow-empty', '--message', 'files');
    if (tag !== undefined) git('tag', '--annotate', '--message', tag, tag);
    return git('rev-parse', 'HEAD');
  } finally {
    rmSync(tree, { recursive: true });
  }
}
