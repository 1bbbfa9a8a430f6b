import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { connectEngine } from '#engine/connect.ts';
import { engineContract } from './engine.ts';

engineContract('a unix socket', () =>
  Promise.resolve({
    engine: connectEngine({ kind: 'unix', path: '/var/run/docker.sock' }),
    close: () => Promise.resolve(),
  }),
);

test('a user who may not use the socket is told about the group', async () => {
  if (process.getuid?.() !== 0) throw new Error('run this test as root: it takes another user on');
  const script = `
    import { connectEngine } from ${JSON.stringify(join(import.meta.dirname, '../../src/engine/connect.ts'))};
    const engine = connectEngine({ kind: 'unix', path: '/var/run/docker.sock' });
    process.setgroups([]);
    process.setgid(65534);
    process.setuid(65534);
    try { await engine.json({ path: '/containers/json' }); } catch (error) { console.log(error.code, error.hint); }`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout).toMatch(/^ENGINE_PERMISSION add yourself to the docker group/);
});

test('a program ends although it has left its pooled connections open', async () => {
  const script = `
    import { connectEngine } from ${JSON.stringify(join(import.meta.dirname, '../../src/engine/connect.ts'))};
    const engine = connectEngine({ kind: 'unix', path: '/var/run/docker.sock' });
    await engine.json({ path: '/containers/json' });`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 5000 });
});
