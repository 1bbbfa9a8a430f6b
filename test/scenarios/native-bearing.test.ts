// Who a native program is and where it starts, as it finds out itself.

import { afterEach, expect, test } from 'vitest';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder | undefined;
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});

const alone = (service: string): string => `
services:
  alone: { ${service} }
`;

test('a user without a home starts in /, and has the environment of nobody else', async () => {
  folder = await folderWith(
    alone('command: ["sh", "-c", "id -un; pwd; echo $$HOME"], user: nobody, x-muster: { runtime: process }'),
  );
  const { code, stdout } = await folder.muster('run', '--rm', 'alone');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'nobody\n/\n/nonexistent\n' });
});

test('it has the priority that the file gives it', async () => {
  folder = await folderWith(alone('x-muster: { runtime: process, process: { command: nice, nice: 7 } }'));
  const own = Number((await folder.muster('run', '--rm', 'alone')).stdout);
  expect(own).toBeGreaterThanOrEqual(7);
});

test('a published port stands where Docker Compose prints it, on every address', async () => {
  folder = await folderWith(
    alone('x-muster: { runtime: process, process: { command: "sleep 1000", ports: ["31461:80"] } }, stop_grace_period: 0s'),
  );
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  expect((await folder.muster('port', 'alone', '80')).stdout).toBe('0.0.0.0:31461\n');
});
