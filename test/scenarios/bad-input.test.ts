// Bad input: each with place, cause and remedy, and nothing changed.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder;
beforeAll(async () => {
  await ensureBusyboxImage();
  folder = await folderWith('');
});
afterAll(() => folder.cleanUp());

const image = `image: "${busyboxImage}"`;

const cases: readonly {
  readonly name: string;
  readonly compose: string;
  readonly args?: readonly string[];
  readonly says: readonly RegExp[];
}[] = [
  { name: 'an invalid file', compose: 'services:\n  web: [\n', says: [/compose\.yaml:\d+/] },
  {
    name: 'a misspelt key',
    compose: `services:\n  web:\n    ${image}\n    comand: x\n`,
    says: [/compose\.yaml:4:5/, /comand/, /command/],
  },
  { name: 'a wrong type', compose: `services:\n  web:\n    ${image}\n    ports: 80\n`, says: [/compose\.yaml:4/, /ports/] },
  {
    name: 'two problems at once',
    compose: `services:\n  web:\n    ${image}\n    comand: x\n    prots: []\n`,
    says: [/comand/, /prots/],
  },
  { name: 'an unknown service', compose: `services:\n  web: { ${image} }\n`, args: ['up', '-d', 'wbe'], says: [/wbe/, /web/] },
  { name: 'a bad flag', compose: `services:\n  web: { ${image} }\n`, args: ['up', '--detatch'], says: [/--detatch/, /--detach/] },
  {
    name: 'a bad flag value',
    compose: `services:\n  web: { ${image} }\n`,
    args: ['up', '-t', 'soon'],
    says: [/soon/, /timeout/],
  },
  {
    name: 'a bad duration',
    compose: `services:\n  web:\n    ${image}\n    stop_grace_period: 3 parsecs\n`,
    says: [/stop_grace_period/, /3 parsecs/],
  },
  {
    name: 'a dependency cycle',
    compose: `services:\n  a: { ${image}, depends_on: [b] }\n  b: { ${image}, depends_on: [a] }\n`,
    says: [/a -> b -> a|b -> a -> b/],
  },
  {
    name: 'an unset required variable',
    compose: `services:\n  web:\n    image: \${TAG:?say which tag}\n`,
    says: [/TAG/, /say which tag/, /compose\.yaml:3/],
  },
  { name: 'a missing env file', compose: `services:\n  web:\n    ${image}\n    env_file: nowhere.env\n`, says: [/nowhere\.env/] },
  {
    name: 'a missing --env-file, which is a flag of Node, too',
    compose: `services:\n  web: { ${image} }\n`,
    args: ['--env-file', 'nowhere.env', 'up', '-d'],
    says: [/couldn't find env file: .*nowhere\.env/, /ENV_FILE/],
  },
  { name: 'a missing Dockerfile', compose: 'services:\n  web: { build: . }\n', says: [/Dockerfile/] },
  { name: 'a missing build context', compose: 'services:\n  web: { build: ./no-such-folder }\n', says: [/no-such-folder/] },
  {
    name: 'a malformed port',
    compose: `services:\n  web:\n    ${image}\n    ports: ["80:http:tcp:x"]\n`,
    says: [/80:http:tcp:x/],
  },
  { name: 'a port out of range', compose: `services:\n  web:\n    ${image}\n    ports: ["99999:80"]\n`, says: [/99999/] },
  { name: 'an undefined network', compose: `services:\n  web:\n    ${image}\n    networks: [back]\n`, says: [/back/] },
  {
    name: 'a missing secret file',
    compose: `services:\n  web:\n    ${image}\n    secrets: [key]\nsecrets:\n  key: { file: ./gone.key }\n`,
    says: [/gone\.key/],
  },
  {
    name: 'an unset secret variable',
    compose: `services:\n  web:\n    ${image}\n    secrets: [key]\nsecrets:\n  key: { environment: NO_SUCH_KEY }\n`,
    says: [/NO_SUCH_KEY/],
  },
  {
    name: 'an external secret',
    compose: `services:\n  web:\n    ${image}\n    secrets: [key]\nsecrets:\n  key: { external: true }\n`,
    says: [/external/, /key/],
  },
  {
    name: 'an external network that is not there',
    compose: `services:\n  web:\n    ${image}\n    networks: [lan]\nnetworks:\n  lan: { external: true, name: no-such-lan }\n`,
    says: [/no-such-lan/],
  },
  {
    name: 'one container_name for two services',
    compose: `services:\n  a: { ${image}, container_name: same }\n  b: { ${image}, container_name: same }\n`,
    says: [/same/, /\ba\b/, /\bb\b/],
  },
  {
    name: 'a bad project name',
    compose: `services:\n  web: { ${image} }\n`,
    args: ['-p', 'Not Good', 'up', '-d'],
    says: [/Not Good/],
  },
];

test.each(cases)('$name is refused with its place and the remedy, and nothing changes', async ({ compose, args, says }) => {
  await folder.write('compose.yaml', compose);
  const result = await folder.muster(...(args ?? ['up', '-d']));
  expect(result.code).toBe(1);
  for (const pattern of says) expect(result.stderr).toMatch(pattern);
  expect(result.stderr).not.toMatch(/\n\s+at .*\.ts:/);
  expect(result.stdout).toBe('');
  const made = await folder.run('docker', 'ps', '-aq', '--filter', `label=com.docker.compose.project=${folder.project}`);
  const networks = await folder.run(
    'docker',
    'network',
    'ls',
    '-q',
    '--filter',
    `label=com.docker.compose.project=${folder.project}`,
  );
  expect(made.stdout + networks.stdout).toBe('');
});

test('a missing compose file says where it was looked for and what to do', async () => {
  await folder.run('rm', '-f', 'compose.yaml');
  const result = await folder.muster('up', '-d');
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(/compose\.yaml/);
  expect(result.stderr).toMatch(/-f/);
});
