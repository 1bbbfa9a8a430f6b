import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import { shownReference, type RemoteReference } from '#model/remote-reference.ts';
import { load, memoryReader, problemsOf } from './memory.test-support.ts';
import { loadProject } from './load.ts';
import { remoteReference } from './remote-reference.ts';

const keyOf = (reference: RemoteReference): string =>
  reference.kind === 'git' ? `${reference.url}#${reference.revision}` : shownReference(reference);

const git = (url: string, revision = '', path = '') => ({ kind: 'git', url, revision, path });

test.each([
  ['https://host/team/app.git', git('https://host/team/app.git')],
  ['http://host:8080/app.git#main', git('http://host:8080/app.git', 'main')],
  ['https://host/app.git#v1:deploy/compose.yaml', git('https://host/app.git', 'v1', 'deploy/compose.yaml')],
  ['https://host/app.git#:deploy', git('https://host/app.git', '', 'deploy')],
  ['ssh://git@host/app#main', git('ssh://git@host/app', 'main')],
  ['git@host.example:team/app.git', git('git@host.example:team/app.git')],
  ['git://host/app', git('git://host/app')],
  ['github.com/team/app#main', git('https://github.com/team/app', 'main')],
  ['https://host/compose.yaml', { kind: 'other', text: 'https://host/compose.yaml' }],
  ['oci://registry/app:1', { kind: 'oci', name: 'registry/app:1' }],
  ['ext::sh -c evil', null],
  ['-x@host:path', null],
  ['./app.git', null],
  ['/srv/app.git#main', null],
  ['a:b', null],
])('%s is the repository %j, or a path', (text, reference) => expect(remoteReference(text)).toEqual(reference));

const repositories: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '/cache/app': {
    'compose.yaml':
      'include: ["https://host/db.git#v1:deploy"]\nservices: {app: {image: "app:${TAG}", volumes: ["./data:/data"]}}',
    '.env': 'TAG=from-its-env',
  },
  '/cache/db': { 'deploy/docker-compose.yml': 'services: {db: {image: db}}' },
};

const files = Object.fromEntries(
  Object.entries(repositories).flatMap(([folder, inside]) =>
    Object.entries(inside).map(([name, text]) => [`${folder}/${name}`, text]),
  ),
);

const fetchRemote = async (reference: RemoteReference): Promise<string> => {
  const url = shownReference(reference);
  if (url.includes('gone')) throw new MusterError('REMOTE_FAILED', 'gone');
  return `/cache/${url.includes('db') ? 'db' : 'app'}`;
};

test('a repository is included with its folder and .env, and so is what it includes; each revision is asked for once', async () => {
  const asked: string[] = [];
  const project = await load(
    {
      ...files,
      'compose.yaml': `
include: ["https://host/app.git#main"]
services:
  web: { extends: { file: "https://host/app.git#main:compose.yaml", service: app } }`,
    },
    { fetchRemote: (reference) => (asked.push(keyOf(reference)), fetchRemote(reference)) },
  );
  expect(Object.values(project.services).map(({ image }) => image)).toEqual(['app:from-its-env', 'db', 'app:']);
  expect(project.services['web']?.volumes?.[0]?.source).toBe('/cache/app/data');
  expect(asked).toEqual(['https://host/app.git#main', 'https://host/db.git#v1']);
});

test('what stands in the way is said at the path that names it, beside the other problems', async () => {
  const compose = (path: string): string => `include:\n  - "${path}"\nservices:\n  web: { image: 3 }\n`;
  const said = async (path: string): Promise<string[]> =>
    (await problemsOf({ ...files, 'compose.yaml': compose(path) }, { fetchRemote })).map(
      ({ code, message, place }) => `${place?.line} ${code} ${message}`,
    );
  const other = '4 COMPOSE_INVALID services.web.image: must be a string, not a number';
  expect(await said('https://host/gone.git')).toEqual(['2 REMOTE_FAILED gone', other]);
  expect(await said('https://me:secret@host/app.git#main:../up')).toEqual([
    '2 REMOTE_FAILED "../up" leaves the repository https://host/app.git',
    other,
  ]);
  expect(await said('https://host/app.git#main:nope')).toEqual([
    '2 FILE_NOT_FOUND https://host/app.git, revision main has no nope',
    other,
  ]);
  expect((await said('https://host/compose.yaml'))[0]).toMatch(/^2 UNSUPPORTED a file can't be had from https:/);
});

test('a link in a repository shows no file of this machine', async () => {
  const reader = memoryReader({ ...files, 'compose.yaml': 'include: ["https://host/app.git"]\nservices: {web: {image: a}}' });
  const linked = { ...reader, realPath: (path: string) => (path === '/cache/app/compose.yaml' ? '/etc/shadow' : path) };
  const options = { files: [], profiles: [], envFiles: [], environment: {}, cwd: '/app', fetchRemote };
  await expect(loadProject(options, linked)).rejects.toThrow(
    expect.objectContaining({ code: 'REMOTE_FAILED', message: expect.stringContaining('is a link that leaves it') }),
  );
});

test('-f takes files from elsewhere: paths are relative to the first of them, the folder we are in gives name and variables', async () => {
  const project = await load(
    { ...files, '.env': 'TAG=from-here', 'local.yaml': 'services: {db: {image: "db:${TAG}", volumes: ["./x:/x"]}}' },
    { files: ['https://host/app.git#main', 'local.yaml'], fetchRemote },
  );
  expect(project).toMatchObject({
    name: 'app',
    workingDir: '/cache/app',
    composeFiles: ['/cache/app/compose.yaml', '/app/local.yaml'],
    services: {
      app: { image: 'app:from-here', volumes: [{ source: '/cache/app/data' }] },
      db: { image: 'db:from-here', volumes: [{ source: '/cache/app/x' }] },
    },
  });
});

test('who is interrupted while it is fetched gets that, and no problem of the file', async () => {
  const cancelled = new MusterError('CANCELLED', 'interrupted', { exitCode: 130 });
  const options = { fetchRemote: () => Promise.reject(cancelled) };
  await expect(load({ 'compose.yaml': 'include: ["https://host/app.git"]' }, options)).rejects.toBe(cancelled);
});
