// A volume whose configuration changed: kept, unless its loss is agreed to.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

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
  const program = `${import.meta.dirname}/../../bin/muster`;
  const answer = async (key: string) =>
    (await folder.run('sh', '-c', `(sleep 2; echo ${key}; sleep 3) | script -qec "${program} up -d" /dev/null`)).stdout;
  expect(await answer('n')).toContain('lose its data? [y/N]');
  expect(await tierOf()).toBe('one');
  await answer('y');
  expect(await tierOf()).toBe('two');
});
