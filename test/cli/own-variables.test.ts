// COMPOSE_… variables of .env that are about the program itself count where they do in Docker Compose, which is asked the same.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Finished, type Folder, folderWith, launch, musterProgram } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

let folder: Folder;
let peer: string;
beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
  folder = await folderWith(
    `services: { web: { image: "${busyboxImage}", command: [sh, -c, "echo ready; exec sleep 1000"], stop_signal: KILL } }`,
  );
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
});
afterAll(() => folder.cleanUp());

type Both = { readonly muster: Finished; readonly peer: Finished };

/** With that .env, and a process environment that says nothing about Compose. */
async function both(env: string, ...args: string[]): Promise<Both> {
  await folder.write('.env', env);
  const { COMPOSE_PROJECT_NAME: _name, ...environment } = folder.environment;
  const ask = (program: string): Promise<Finished> => launch(program, args, folder.path, environment).finished;
  return { muster: await ask(musterProgram), peer: await ask(peer) };
}

const codes = ({ muster, peer: other }: Both): string =>
  `${muster.code === 0 ? 'fine' : 'refused'}, ${other.code === 0 ? 'fine' : 'refused'}`;

test.each([
  [['ls'], 'refused, refused'],
  [['ps'], 'refused, refused'],
  [['version'], 'fine, fine'],
  [['--parallel', '2', 'ls'], 'fine, fine'],
])('a limit in .env that is no number: %j', async (args, expected) => {
  const answers = await both('COMPOSE_PARALLEL_LIMIT=many\n', ...args);
  expect(codes(answers)).toBe(expected);
  if (expected.startsWith('refused')) expect(answers.muster.stderr).toContain('COMPOSE_PARALLEL_LIMIT is "many"');
});

test('a .env that is broken does not stop a command that needs no application', async () => {
  expect(codes(await both('A="open\nCOMPOSE_PARALLEL_LIMIT=many\n', 'ls'))).toBe('fine, fine');
});

test('COMPOSE_ANSI in .env colours what goes to a pipe, COMPOSE_PROGRESS there means nothing', async () => {
  const { muster, peer: other } = await both(
    `COMPOSE_PROJECT_NAME=${folder.project}\nCOMPOSE_ANSI=always\nCOMPOSE_PROGRESS=bogus\n`,
    'logs',
  );
  for (const { code, stdout } of [muster, other]) {
    expect(code).toBe(0);
    expect(stdout).toContain('\u001B[');
  }
});

test('the name in .env is enough for a command that needs no file', async () => {
  await rm(join(folder.path, 'compose.yaml'));
  const { muster, peer: other } = await both(`COMPOSE_PROJECT_NAME=${folder.project}\n`, 'ps', '-q');
  expect(other.stdout).toMatch(/^[0-9a-f]{64}\n$/);
  expect(muster).toEqual(other);
});
