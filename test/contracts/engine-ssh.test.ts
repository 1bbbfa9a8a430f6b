import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openEngine } from '#engine/open.ts';
import { startSshServer } from '../support/parts/ssh-server.ts';
import type { SshServer } from '../support/parts/ssh-server.ts';
import { engineContract } from './engine.ts';

const folders: string[] = [];

engineContract('SSH', async () => {
  const server = await startSshServer();
  const environment = { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` };
  return { engine: openEngine({ environment }), close: () => server.close() };
});

engineContract('SSH without forwarding', async () => {
  const server = await startSshServer({ settings: ['AllowStreamLocalForwarding no'] });
  const environment = { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` };
  return { engine: openEngine({ environment }), close: () => server.close() };
});

describe('an engine behind SSH', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer();
  });
  afterAll(async () => {
    for (const folder of folders) rmSync(folder, { recursive: true });
    await server.close();
  });

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
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 60_000 });
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

  test('all connections share one login', async () => {
    const engine = openEngine({ environment: { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` } });
    const events = await engine.stream({ path: '/events' });
    await Promise.all(Array.from({ length: 12 }, () => engine.json({ path: '/containers/json' })));
    expect(server.connections()).toBe(1);
    events.destroy();
    engine.close();
    await untilTrue('nobody is logged in any more', () => server.connections() === 0);
  });

  test('a login that gets lost is made again by the next request', async () => {
    const engine = openEngine({ environment: { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` } });
    await engine.json({ path: '/version' });
    await server.dropConnections();
    await untilTrue('it is lost', () => server.connections() === 0);
    const again = await engine.json({ path: '/version' }).catch(() => engine.json({ path: '/version' }));
    expect(again).toMatchObject({ Os: 'linux' });
    engine.close();
  });

  test.each([
    ['DOCKER_HOST', () => ({ DOCKER_HOST: 'unix:///nonexistent.sock' })],
    ['DOCKER_CONTEXT', () => ({ DOCKER_CONTEXT: 'nonexistent' })],
    ['its configuration', () => ({ DOCKER_CONFIG: configWith('nonexistent') })],
  ])('the engine is the one that docker over there is told of by %s', async (_what, environment) => {
    const other = await startSshServer({ environment: environment() });
    expect(await failureOf(`ssh://${other.user}@127.0.0.1:${other.port}`)).toMatchObject({ code: 'ENGINE_ABSENT' });
    await other.close();
  });

  test('a context of the user over there is used', async () => {
    const other = await startSshServer({ environment: { DOCKER_CONFIG: configWith('mine', 'unix:///var/run/docker.sock') } });
    const engine = openEngine({ environment: { DOCKER_HOST: `ssh://${other.user}@127.0.0.1:${other.port}` } });
    expect(await engine.json({ path: '/version' })).toMatchObject({ Os: 'linux' });
    engine.close();
    await other.close();
  });

  test('a host whose key is not known is refused, and nothing is accepted', async () => {
    expect(await failureOf(`ssh://${server.user}@localhost:${server.port}`)).toMatchObject({ code: 'HOST_KEY' });
  });

  test('a socket that is not there on the far side is told', async () => {
    expect(await failureOf(`ssh://${server.user}@127.0.0.1:${server.port}/nonexistent.sock`)).toMatchObject({
      code: 'ENGINE_ABSENT',
    });
  });
});

/** A folder of Docker's configuration with one context, which is current; without `host` it is not there. */
function configWith(context: string, host?: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'muster-docker-config-'));
  folders.push(folder);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ currentContext: context }));
  if (host === undefined) return folder;
  const meta = join(folder, 'contexts/meta', createHash('sha256').update(context).digest('hex'));
  mkdirSync(meta, { recursive: true });
  writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: context, Endpoints: { docker: { Host: host } } }));
  return folder;
}

async function untilTrue(what: string, isSo: () => boolean): Promise<void> {
  for (const until = performance.now() + 60_000; !isSo(); await new Promise((again) => setTimeout(again, 20)))
    if (performance.now() > until) throw new Error(`still not so: ${what}`);
}
