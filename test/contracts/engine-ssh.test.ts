import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '#engine/open.ts';
import { startSshServer } from '../support/parts/ssh-server.ts';
import type { SshServer } from '../support/parts/ssh-server.ts';
import { engineContract } from './engine.ts';

engineContract('SSH', async () => {
  const server = await startSshServer();
  const environment = { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` };
  return { engine: openEngine({ environment }), close: () => server.close() };
});

describe('an engine behind SSH', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer();
  });
  afterAll(() => server.close());

  async function failureOf(address: string): Promise<unknown> {
    const engine = openEngine({ environment: { DOCKER_HOST: address } });
    const error = await engine.json({ path: '/containers/json' }).catch((reason: unknown) => reason);
    engine.close();
    return error;
  }

  test('a program ends although it has left a connection open', async () => {
    const script = `
      import { openEngine } from ${JSON.stringify(join(import.meta.dirname, '../../src/engine/open.ts'))};
      const engine = openEngine({ environment: { DOCKER_HOST: 'ssh://${server.user}@127.0.0.1:${server.port}' } });
      await engine.json({ path: '/containers/json' });`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 });
  });

  test('a login that is refused is a matter of permission, with the command to try', async () => {
    expect(await failureOf(`ssh://muster-nobody@127.0.0.1:${server.port}`)).toMatchObject({
      code: 'ENGINE_PERMISSION',
      message: expect.stringContaining('Permission denied'),
      hint: expect.stringContaining(`ssh -p ${server.port} muster-nobody@127.0.0.1`),
    });
  });

  test('a host that refuses the connection is absent, in the words of ssh', async () => {
    expect(await failureOf('ssh://root@127.0.0.1:1')).toMatchObject({
      code: 'ENGINE_ABSENT',
      message: expect.stringContaining('refused'),
    });
  });

  test('a socket that is not there on the far side is told', async () => {
    expect(await failureOf(`ssh://${server.user}@127.0.0.1:${server.port}/nonexistent.sock`)).toMatchObject({
      code: 'ENGINE_ABSENT',
    });
  });
});
