// Services of one file on hosts that are reached in different ways, by the real program.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFar } from '../contracts/host-far.ts';
import type { Far } from '../contracts/host-far.ts';
import { folderWith } from '../support/muster.ts';

let far: Far;
beforeAll(async () => {
  far = await makeFar();
});
afterAll(() => far?.close());

test('native services run over SSH, over SSH twice and under sudo over SSH: the agent is brought along and each is who it should be', async () => {
  const service = (host: string): string =>
    `{ x-muster: { runtime: process, host: "${host}", process: { command: ["sh", "-c", "id -un; exec sleep 1000"] } } }`;
  const folder = await folderWith(
    [
      'services:',
      `  plain: ${service(far.ssh)}`,
      `  twice: ${service(`${far.ssh},${far.ssh}`)}`,
      `  root: ${service(`${far.ssh},sudo://`)}`,
    ].join('\n'),
  );
  try {
    const up = await folder.muster('up', '-d');
    expect(up.stderr + up.stdout).not.toContain('Error');
    expect(up.code).toBe(0);
    const users: Readonly<Record<string, string>> = { plain: far.user.name, twice: far.user.name, root: 'root' };
    for (const [name, user] of Object.entries(users))
      expect((await folder.muster('exec', name, 'id', '-un')).stdout).toBe(`${user}\n`);
    expect((await folder.muster('ps', '--services')).stdout.trim().split('\n').sort()).toEqual(['plain', 'root', 'twice']);
    expect((await folder.muster('down')).code).toBe(0);
    expect((await folder.muster('ps', '-q')).stdout.trim()).toBe('');
  } finally {
    await folder.cleanUp();
  }
});
