import { afterEach, expect, test } from 'vitest';
import { folderWith, type Folder } from '../support/muster.ts';

let folder: Folder | undefined;
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

type Finding = { readonly message: string; readonly line: number };

async function findingsIn(compose: string, ...flags: string[]): Promise<{ code: number; found: string[] }> {
  folder = await folderWith(compose);
  const { code, stdout } = await folder.muster(...flags, 'validate', '--format', 'json');
  const { problems } = JSON.parse(stdout) as { readonly problems: readonly Finding[] };
  return { code, found: problems.map(({ line, message }) => `${line}: ${message}`) };
}

test('validate finds mistakes in services whose profile is off, each once, beside those of the others', async () => {
  const compose = `services:
  web: { image: app, networks: [nope] }
  debug:
    profiles: [debug]
    image: app
    volumes: ["cache:/cache"]
`;
  const expected = {
    code: 1,
    found: [
      '2: services.web.networks.nope: refers to undefined network nope',
      '6: services.debug.volumes[0]: refers to undefined volume cache',
    ],
  };
  expect(await findingsIn(compose)).toEqual(expected);
  expect(await findingsIn(compose.replace('networks: [nope]', ''))).toEqual({ code: 1, found: expected.found.slice(1) });
});

test('validate lets profiles that exclude each other share a container name, and need files that are not there yet', async () => {
  const compose = `services:
  small: { image: app, profiles: [small], container_name: the-app }
  large: { image: app, profiles: [large], container_name: the-app, env_file: large.env }
`;
  expect(await findingsIn(compose)).toEqual({ code: 0, found: [] });
});
