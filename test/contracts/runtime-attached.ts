// What holds for runtimes that attach: behind the handle is somebody else's service, which goes its own ways.

import { once } from 'node:events';
import { type RequestListener, createServer } from 'node:http';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { RuntimeEvent } from '#model/event.ts';
import type { RemoteSettings } from '#model/muster-extension.ts';
import type { Service } from '#model/project.ts';
import type { ExecOptions } from '#runtime/runtime.ts';
import { type Bench, collect } from './runtime-bench.ts';
import type { MakeBench } from './runtime.ts';

const closers: (() => void)[] = [];

/** Somebody else's service. Answers its URL. */
async function endpoint(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => (server.close(), server.closeAllConnections()));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

const attachedTo = (remote: RemoteSettings): Service => ({
  command: null,
  entrypoint: null,
  // The settings are JSON; their type just says more.
  'x-muster': { runtime: 'remote', remote: remote as unknown as Record<string, string> },
});
const quick = { health: { interval: '1s', timeout: '30s', retries: 2 } };

const wait = (project: Bench, more = {}, context = project.context()) =>
  project.perform('wait-dependency', { type: 'service', service: 'api' }, { condition: 'service_healthy', ...more }, context);

const execution: ExecOptions = {
  command: ['true'],
  tty: false,
  interactive: false,
  detach: false,
  user: '',
  workingDir: '',
  privileged: false,
  environment: [],
  signal: new AbortController().signal,
};

export function attachedContract(bench: MakeBench): void {
  afterEach(() => closers.splice(0).forEach((close) => close()));

  describe('attached', () => {
    test.each<[string, RequestListener, Partial<RemoteSettings>, string, string]>([
      ['answers', (_, response) => response.end(), {}, 'running healthy', ''],
      ['is broken', (_, response) => response.writeHead(503).end(), {}, 'running unhealthy', 'HTTP 503, not 200-399'],
      ['has the status', (_, response) => response.writeHead(418).end(), { expected_status: ['400-499'] }, 'running healthy', ''],
      [
        'has another status',
        (_, response) => response.end(),
        { expected_status: ['204'] },
        'running unhealthy',
        'HTTP 200, not 204',
      ],
      [
        'has the version',
        (_, response) => response.end('{"build":{"version":2}}'),
        { expected_version: { json: 'build.version', equals: '2' } },
        'running healthy',
        '',
      ],
      [
        'has another version',
        (_, response) => response.setHeader('X-Version', '1').end(),
        { expected_version: { header: 'x-version', equals: '2' } },
        'running unhealthy',
        'version 1, not 2',
      ],
      [
        'tells no version',
        (_, response) => response.end('<html>'),
        { expected_version: { json: 'v', equals: '2' } },
        'running unhealthy',
        'does not tell its version',
      ],
      ['is silent', () => {}, { health: { timeout: '200ms' } }, 'unknown unhealthy', 'no answer within 0.2s'],
      ['hangs up', (request) => request.socket.destroy(), {}, 'unknown unhealthy', 'it hung up'],
    ])('an endpoint that %s is seen as it is', async (_name, listener, settings, seen, said) => {
      const url = await endpoint(listener);
      const project = bench(() => ({ api: attachedTo({ url, ...settings }) }));
      const replica = await project.up('api');
      expect(`${replica.state} ${replica.health}`).toBe(seen);
      expect(replica.status).toContain(said);
    });

    test('an endpoint of plain TCP is there when it takes connections', async () => {
      const server = createTcpServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const project = bench(() => ({ api: attachedTo({ url: `tcp://127.0.0.1:${port}` }) }));
      expect(await project.up('api')).toMatchObject({ state: 'running', health: 'healthy' });
      server.close();
      await once(server, 'close');
      expect(await project.find('api')).toMatchObject({ state: 'unknown', health: 'unhealthy' });
    });

    test('a header holds a secret, which shows nowhere, and whoever asks without the file sends it too', async () => {
      const seen: (string | undefined)[] = [];
      const url = await endpoint(({ headers }, response) => {
        seen.push(headers.authorization);
        response.end();
      });
      const settings = { url, headers: { Authorization: { secret: 'token', prefix: 'Bearer ' } } };
      const project = bench(() => ({ api: attachedTo(settings) }), { contents: { 'secret:token': 'hush\n' } });
      const replica = await project.up('api');
      const other = project.made.another();
      const observed = await project.observed(other);
      await other.close();
      expect(new Set(seen)).toEqual(new Set(['Bearer hush']));
      expect(JSON.stringify([replica, observed])).not.toContain('hush');
    });

    test('an endpoint that does not answer is no reason to fail, but worth a word', async () => {
      const project = bench(() => ({ api: attachedTo({ url: 'http://127.0.0.1:1/' }) }));
      const { replicaId = null } = await project.perform('create-replica', project.replica('api'));
      const { warning } = await project.perform('start-replica', project.replica('api', 1, replicaId));
      expect(warning).toContain('http://127.0.0.1:1/: nobody answers there');
    });

    test('what is let go is not asked any more, and nothing happens to it', async () => {
      let asked = 0;
      const url = await endpoint((_, response) => (asked++, response.end()));
      const project = bench(() => ({ api: attachedTo({ url }) }));
      const { id } = await project.up('api');
      await project.perform('stop-replica', project.replica('api', 1, id));
      const before = asked;
      expect(await project.find('api')).toMatchObject({ state: 'exited', exitCode: 0 });
      expect(asked).toBe(before);
    });

    test('a wait ends when the endpoint is well', async () => {
      let isWell = false;
      const url = await endpoint((_, response) => response.writeHead(isWell ? 200 : 503).end());
      const project = bench(() => ({ api: attachedTo({ url, health: { interval: '10s', retries: 10 } }) }));
      await project.up('api');
      const waiting = wait(project);
      isWell = true;
      await expect(waiting).resolves.toEqual({});
    });

    test('a wait fails after as many checks as the file says, with what was found', async () => {
      const url = await endpoint((_, response) => response.writeHead(500).end());
      const project = bench(() => ({ api: attachedTo({ url, ...quick }) }));
      await project.up('api');
      await expect(wait(project)).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        message: expect.stringContaining('HTTP 500'),
      });
    });

    test('a wait for its end fails at once, because it has none', async () => {
      const project = bench(({ service }) => ({ api: service('') }));
      await project.up('api');
      await expect(wait(project, { condition: 'service_completed_successfully' })).rejects.toMatchObject({
        code: 'DEPENDENCY_FAILED',
        message: expect.stringContaining('never completes'),
      });
      await expect(wait(project, { condition: 'service_started' })).resolves.toEqual({});
    });

    test('a wait ends when it takes too long or its signal fires', async () => {
      const project = bench(() => ({ api: attachedTo({ url: 'http://127.0.0.1:1/' }) }));
      await project.up('api');
      await expect(wait(project, { timeoutSeconds: 1 })).rejects.toMatchObject({ code: 'TIMED_OUT' });
      const waiting = wait(project, {}, project.context(project.project, AbortSignal.timeout(100)));
      await expect(waiting).rejects.toMatchObject({ name: 'MusterError' });
    });

    test('what is done to it and how it fares is told in order', async () => {
      let isWell = true;
      const url = await endpoint((_, response) => response.writeHead(isWell ? 200 : 503).end());
      const project = bench(() => ({ api: attachedTo({ url, health: { interval: '200ms' } }) }));
      const abort = new AbortController();
      const seen: RuntimeEvent[] = [];
      const since = String(Date.now() / 1000);
      const until = new Map<string, () => void>();
      const told = (action: string): Promise<void> => new Promise((resolve) => until.set(action, resolve));
      const [healthy, unhealthy, gone] = [told('health_status: healthy'), told('health_status: unhealthy'), told('destroy')];
      const reading = (async () => {
        for await (const event of project.made.runtime.events({ project: project.name, since, signal: abort.signal })) {
          seen.push(event);
          until.get(event.action)?.();
        }
      })();
      const { id } = await project.up('api');
      await healthy;
      isWell = false;
      await unhealthy;
      await project.perform('remove-replica', project.replica('api', 1, id), { force: true });
      await gone;
      abort.abort();
      await reading;
      const actions = ['create', 'start', 'health_status: healthy', 'health_status: unhealthy', 'stop', 'die', 'destroy'];
      expect(seen.map(({ action }) => action)).toEqual(actions);
      expect(seen.every(({ service, replicaId }) => service === 'api' && replicaId === id)).toBe(true);
      const history = await collect(
        project.made.runtime.events({
          project: project.name,
          since,
          until: String(Date.now() / 1000),
          signal: AbortSignal.timeout(60_000),
        }),
      );
      expect(history.map(({ action }) => action)).toEqual(['create', 'start', 'stop', 'die', 'destroy']);
    });

    test('it has no output, and nothing can be run in it: that is said, not tried', async () => {
      const project = bench(({ service }) => ({ api: service('') }));
      const replica = await project.up('api');
      const { runtime } = project.made;
      const reading = { follow: true, timestamps: true, since: '', until: '', tail: null, signal: execution.signal };
      expect(await collect(runtime.logs(replica, reading))).toEqual([]);
      expect(replica.external).toBe(true);
      const refused = { code: 'UNSUPPORTED', message: expect.stringContaining('service api is remote') };
      await expect(runtime.exec(replica, execution)).rejects.toMatchObject(refused);
      await expect(runtime.attach(replica, { interactive: false, signal: execution.signal })).rejects.toMatchObject(refused);
      const run = { ...execution, entrypoint: null, name: '', labels: {}, removeAfter: true, useAliases: false };
      await expect(runtime.run('api', project.context(), run)).rejects.toMatchObject(refused);
    });

    test('more than one of it is refused before anything is made', async () => {
      const project = bench(({ service }) => ({ api: service('', { scale: 2 }) }));
      const { refusals } = await project.made.runtime.observe({ project: project.name, wanted: project.project });
      expect(refusals).toMatchObject([{ service: 'api', key: 'scale' }]);
    });
  });
}
