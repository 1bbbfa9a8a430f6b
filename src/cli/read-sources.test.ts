import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MusterErrors } from '#lib/errors.ts';
import type { FileObject, Project } from '#model/project.ts';
import { readSources } from './read-sources.ts';

function project(secrets: Readonly<Record<string, FileObject>>, configs: Readonly<Record<string, FileObject>> = {}): Project {
  const used = (objects: Readonly<Record<string, FileObject>>) => Object.keys(objects).map((source) => ({ source }));
  // The rest of a project does not matter here.
  return {
    services: { web: { command: null, entrypoint: null, secrets: used(secrets), configs: used(configs) } },
    environment: { TOKEN: 't0ken', EMPTY: '' },
    secrets: { ...secrets, unused: { file: '/nowhere' } },
    configs,
  } as unknown as Project;
}

test('content comes from a file, the environment or the Compose file itself; what no service uses is not read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'muster-sources-'));
  await writeFile(join(folder, 'key'), 'k3y');
  const sources = await readSources(
    project(
      { key: { file: join(folder, 'key') }, token: { environment: 'TOKEN' }, empty: { environment: 'EMPTY' } },
      { app: { content: 'a = 1' } },
    ),
  );
  const texts = [...sources].map(([name, { bytes }]) => `${name}=${Buffer.from(bytes).toString()}`);
  expect(texts).toEqual(['secret:key=k3y', 'secret:token=t0ken', 'secret:empty=', 'config:app=a = 1']);
  expect(sources.get('config:app')?.digest).toMatch(/^[0-9a-f]{64}$/);
});

test('everything that is missing is named at once, with who needs it', async () => {
  const found = await readSources(project({ key: { file: '/nowhere/key' }, token: { environment: 'NO_SUCH' }, none: {} })).catch(
    (error: unknown) => error,
  );
  expect(found).toBeInstanceOf(MusterErrors);
  expect(String(found)).toMatch(/"key" \(used by web\) comes from \/nowhere\/key.*\n.*NO_SUCH, which is not set\n.*"none"/);
});

test('a folder in the place of a file is said to be one', async () => {
  await expect(readSources(project({ key: { file: tmpdir() } }))).rejects.toMatchObject({
    code: 'SOURCE_MISSING',
    message: expect.stringContaining('a folder'),
  });
});

test('what is external is left to the planner', async () => {
  expect((await readSources(project({ key: { external: true } }))).size).toBe(0);
});
