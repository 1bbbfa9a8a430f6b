// A volume whose configuration changed: kept, unless its loss is agreed to.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith, launch, musterProgram } from '../support/muster.ts';

let folder: Folder;
beforeAll(() => ensureBusyboxImage());
afterEach(() => folder.cleanUp());

const stack = (tier: string) =>
  `services:\n  db: { image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL, volumes: ["data:/data"] }\nvolumes:\n  data: { labels: { tier: ${tier} } }\n`;
const tierOf = async () =>
  (await folder.run('docker', 'volume', 'inspect', '-f', '{{.Labels.tier}}', `${folder.project}_data`)).stdout.trim();

test('it is kept with its data and said so; --yes agrees to lose it', async () => {
  folder = await folderWith(stack('one'));
  await folder.muster('up', '-d');
  await folder.write('compose.yaml', stack('two'));
  const kept = await folder.muster('up', '-d');
  expect(kept.stderr).toMatch(/volume .*_data was made with another configuration/);
  expect(await tierOf()).toBe('one');
  expect((await folder.muster('up', '-d', '--yes')).code).toBe(0);
  expect(await tierOf()).toBe('two');
});

test('at a terminal the question decides', async () => {
  folder = await folderWith(stack('one'));
  await folder.muster('up', '-d');
  await folder.write('compose.yaml', stack('two'));
  const answer = async (key: string): Promise<void> => {
    await folder.run('rm', '-f', 'asked');
    const typing = `(until [ -e asked ]; do sleep 0.05; done; echo ${key}; until [ -e answered ]; do sleep 0.05; done)`;
    const shown = `script -qec "${musterProgram} up -d; touch answered" /dev/null`;
    const running = launch('sh', ['-c', `${typing} | ${shown}; rm answered`], folder.path, folder.environment);
    await running.until(/lose its data\? \[y\/N\]/);
    await folder.write('asked', '');
    await running.finished;
  };
  await answer('n');
  expect(await tierOf()).toBe('one');
  await answer('y');
  expect(await tierOf()).toBe('two');
});
