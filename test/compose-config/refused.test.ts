import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { folderWith, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

let folder: Folder;
let peer = '';
beforeAll(async () => {
  await ensureBusyboxImage();
  peer = await peerCompose();
});
afterEach(() => folder.cleanUp());

test('a service with models is refused before anything changes, as by Docker Compose without its plugin; others run', async () => {
  folder = await folderWith(`
services:
  web: { image: "${busyboxImage}", models: [llm], depends_on: [db] }
  db: { image: "${busyboxImage}", command: [sleep, "1000"], stop_signal: KILL }
models: { llm: { model: ai/smollm2 } }
`);
  const made = async () => [
    (await folder.run('docker', 'ps', '-aq', '--filter', `label=com.docker.compose.project=${folder.project}`)).stdout,
    (await folder.run('docker', 'network', 'ls', '-q', '--filter', `name=${folder.project}`)).stdout,
  ];
  for (const command of ['up -d', 'create', 'run web true']) {
    expect(await folder.run(peer, ...command.split(' '))).toMatchObject({ code: 1 });
    const { code, stderr } = await folder.muster(...command.split(' '));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('service web: models needs Docker Model Runner'),
    });
    expect(await made()).toEqual(['', '']);
  }
  expect(await folder.muster('up', '-d', 'db')).toMatchObject({ code: 0 });
});
