// The machine goes down and comes back: all processes gone at once, what was on tmpfs, too, and another boot id.

import { chownSync, globSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { statOf } from '#agent/processes.ts';
import { AgentClient } from '#api/agent/client.ts';
import { agentPlaces } from '#api/agent/places.ts';
import { until } from '../agent/agent-bench.ts';
import { type Finished, type Folder, folderWith, musterProgram } from '../support/muster.ts';
import { type TestUser, makeTestUser } from '../support/parts/test-user.ts';

const stack = `
services:
  token:
    command: ["sh", "-c", "cat $$MUSTER_SECRETS_DIR/token || exit 1; echo; exec sleep 1000"]
    restart: always
    stop_signal: KILL
    secrets: [token, key]
    x-muster: { runtime: process }
  key:
    command: ["sh", "-c", "cat $$MUSTER_SECRETS_DIR/key || exit 1; exec sleep 1000"]
    restart: unless-stopped
    stop_signal: KILL
    secrets: [key]
    x-muster: { runtime: process }
  plain: { command: sleep 1000, stop_signal: KILL, x-muster: { runtime: process } }
  stopped: { command: sleep 1000, restart: unless-stopped, stop_signal: KILL, x-muster: { runtime: process } }
secrets:
  token: { environment: TOKEN }
  key: { file: ./key }
`;

let folder: Folder | undefined;
let user: TestUser | undefined;
afterEach(async () => {
  if (user !== undefined) await as(user)('down', '-v', '-t', '0');
  await folder?.cleanUp();
  user?.remove();
  [folder, user] = [undefined, undefined];
});

type Muster = (...args: string[]) => Promise<Finished>;

/** Of somebody who is not root. */
const as =
  ({ uid }: TestUser): Muster =>
  (...args) =>
    (folder as Folder).run('setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', musterProgram, ...args);

test.each(['root', 'an ordinary user'])(
  '%s finds all as it was: what is to run runs, with its secrets once muster up has brought them',
  async (who) => {
    if (who !== 'root') user = makeTestUser();
    const made = await folderWith(stack, { env: { TOKEN: 'from-nowhere', ...(user === undefined ? {} : { HOME: user.home }) } });
    folder = made;
    await made.write('key', 'from a file\n');
    if (user !== undefined)
      for (const path of ['', ...readdirSync(made.path)]) chownSync(join(made.path, path), user.uid, user.uid);
    const muster = user === undefined ? made.muster : as(user);
    const up = await muster('up', '-d');
    expect(up, up.stderr).toMatchObject({ code: 0 });
    await muster('stop', 'stopped');
    const before = await states(muster);

    await reboot(made);

    await until('what starts by itself runs', async () => (await states(muster)).includes('key running'));
    expect(await states(muster)).toEqual(['key running', 'plain exited', 'stopped exited', 'token exited']);
    const status = await muster('status');
    expect(status.stdout).toMatch(/^token .* its secrets and configs are gone, as after a start of the machine$/m);
    expect(status.stdout).toMatch(/^plain +stopped .*the machine was started anew$/m);
    // A start brings no secrets.
    expect((await muster('start', 'token')).stderr).toContain('muster up stages it again');

    const again = await muster('up', '-d');
    expect(again, again.stderr).toMatchObject({ code: 0 });
    expect(await states(muster)).toEqual(['key running', 'plain running', 'stopped running', 'token running']);
    const logs = async (service: string): Promise<string> => (await muster('logs', '--no-log-prefix', service)).stdout;
    await until(
      'both have read theirs twice',
      async () =>
        (await logs('token')) === 'from-nowhere\nfrom-nowhere\n' && (await logs('key')) === 'from a file\nfrom a file\n',
    );
    expect(before).toEqual(['key running', 'plain running', 'stopped exited', 'token running']);
    // On no disk, before or after.
    const kept = globSync('**/token', { cwd: join(made.path, '.state') });
    expect(kept.filter((path) => path.includes('/secrets/'))).toEqual([]);
  },
);

test('an agent that the machine starts as it comes up brings its services back, and commands find it', async () => {
  folder = await folderWith(stack, { env: { TOKEN: 'from-nowhere' } });
  await folder.write('key', 'from a file\n');
  expect(await folder.muster('up', '-d')).toMatchObject({ code: 0 });
  await reboot(folder);
  // What starts it there knows no runtime directory of a login.
  const agent = folder.start(['agent', '--idle-timeout', '5'], { env: { XDG_RUNTIME_DIR: join(folder.path, '.another') } });
  const replicas = join(folder.path, '.state/muster/agent/replicas');
  const isUp = (): boolean =>
    readdirSync(replicas).some((id) => {
      const text = readFileSync(join(replicas, id, 'replica.json'), 'utf8');
      return text.includes('"phase":"up"') && !text.includes('"bootId":"another"');
    });
  await until('a service runs, though nobody has asked', () => isUp());
  expect(await states(folder.muster)).toContain('key running');
  expect(agent.child.exitCode).toBeNull();
  expect(await folder.muster('down', '-t', '0')).toMatchObject({ code: 0 });
  expect((await agent.finished).code).toBe(0);
});

async function states(muster: Muster): Promise<string[]> {
  const { stdout } = await muster('ps', '-a', '--format', '{{.Service}} {{.State}}');
  return stdout.split('\n').filter(Boolean).sort();
}

async function reboot({ path }: Folder): Promise<void> {
  const directories = { stateDirectory: join(path, '.state/muster'), runtimeDirectory: join(path, '.runtime/muster') };
  const socket = connect(agentPlaces(directories).socket);
  await once(socket, 'connect');
  const client = await AgentClient.over(socket);
  const { replicas } = await client.call('list', {});
  const { pid: agent } = client.agent;
  client.close();
  const processes = replicas.flatMap(({ pid }) => pid ?? []);
  const all = [agent, ...processes.flatMap((pid) => statOf(pid)?.parent ?? []), ...processes];
  for (const pid of all) process.kill(pid, 'SIGKILL');
  await until('all have gone', () => all.every((pid) => statOf(pid)?.isZombie ?? true));
  for (const name of readdirSync(directories.runtimeDirectory))
    rmSync(join(directories.runtimeDirectory, name), { recursive: true });
  const kept = join(directories.stateDirectory, 'agent/replicas');
  for (const { id } of replicas) {
    const file = join(kept, id, 'replica.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"another"'));
  }
}
