import { expect, test } from 'vitest';
import type { PlacementRules } from '#model/placement.ts';
import { load, problemsOf } from './memory.test-support.ts';

const file = (service: string, rest = ''): Record<string, string> => ({
  'compose.yaml': `services:\n  web:\n${service}\n${rest}`,
});
const musterOf = async (text: string, rest = ''): Promise<unknown> =>
  (await load(file(`    x-muster:\n      ${text}`, rest))).services['web']?.['x-muster'];

async function problem(service: string, rest = ''): Promise<string> {
  const [first] = await problemsOf(file(service, rest));
  return `${first?.place?.line}:${first?.place?.column} ${first?.message} (${first?.hint})`;
}

test('a misspelt key of x-muster is an error at its place, with the nearest one', async () => {
  expect(await problem('    image: a\n    x-muster: { runtim: process }')).toBe(
    '4:17 services.web.x-muster.runtim: there is no such key (did you mean "runtime"?)',
  );
  expect(await problem('    image: a\n    x-muster: { runtime: proces }')).toBe(
    '4:26 services.web.x-muster.runtime: must be one of "docker", "process", "remote", not "proces" (did you mean "process"?)',
  );
  expect(await problem('    image: a\n    x-muster: { host: "ssh:/web1" }')).toContain('write it like local, ssh://');
  expect(await problem('    image: a', 'x-muster: { hots: local }')).toContain('did you mean "host"?');
});

test('what other tools put under x- keys is nobody’s business', async () => {
  expect((await load(file('    image: a\n    x-other: { runtim: 1 }'))).services['web']?.['x-other']).toEqual({ runtim: 1 });
});

test('a native service needs no image, and has its command and variables in canonical form', async () => {
  expect(
    await musterOf('process: { command: node "a b.js", working_dir: api, environment: { PORT: 80, HOME: }, user: me }'),
  ).toEqual({
    process: { command: ['node', 'a b.js'], working_dir: '/app/api', environment: { PORT: '80', HOME: '/home/me' }, user: 'me' },
  });
  expect(await musterOf('runtime: process')).toEqual({ runtime: 'process' });
  const placement: PlacementRules = { fallback: { kind: 'process', host: 'local' }, prefersProcess: false };
  await expect(load(file('    command: sleep 1'), { placement })).resolves.toBeDefined();
  expect(await problem('    command: sleep 1')).toContain('neither an image nor a build');
});

test('health and what is ignored are checked and canonical', async () => {
  expect(await musterOf('{ runtime: process, health: { tcp: "5432" } }')).toEqual({ runtime: 'process', health: { tcp: 5432 } });
  expect(await musterOf('{ runtime: process, health: { http: "http://localhost/up", status: 204 } }')).toEqual({
    runtime: 'process',
    health: { http: 'http://localhost/up', status: 204 },
  });
  expect(await musterOf('process: { ignore: [read_only] }')).toEqual({ process: { ignore: ['read_only'] } });
  expect(await problem('    image: a\n    x-muster: { health: { htp: x } }')).toContain('did you mean "http"?');
  expect(await problem('    image: a\n    x-muster: { health: { tcp: 70000 } }')).toContain('65535');
});

test('native ports are written as ports are', async () => {
  const long = { mode: 'ingress', target: 3000, protocol: 'tcp' };
  expect(await musterOf('process: { command: x, ports: ["3000", "8080-8081:80", { target: 53, protocol: udp }] }')).toMatchObject(
    {
      process: { ports: [long, { target: 80, published: '8080-8081' }, { target: 53, protocol: 'udp' }] },
    },
  );
  expect(await musterOf('process: { command: x, ports: [] }')).toMatchObject({ process: { ports: [] } });
  expect(await problem('    image: a\n    x-muster: { process: { command: x, ports: ["80:x"] } }')).toContain(
    'invalid containerPort',
  );
});

test('a later file replaces the native command and adds to the rest', async () => {
  const project = await load({
    'compose.yaml': 'services: {web: {x-muster: {process: {command: [a, b], environment: {A: 1}}}}}',
    'compose.override.yaml': 'services: {web: {x-muster: {process: {command: [c], environment: {B: 2}}}}}',
  });
  expect(project.services['web']?.['x-muster']).toEqual({ process: { command: ['c'], environment: { A: '1', B: '2' } } });
});

test('a remote service has numbers and lists as they are meant', async () => {
  const rest = 'secrets: { token: { environment: HOME } }';
  const remote =
    'url: https://a/b, expected_status: 200, expected_version: { json: v, equals: 1.20 }, headers: { A: { secret: token } }, health: { interval: 1m, retries: 2 }';
  expect(await musterOf(`{ runtime: remote, remote: { ${remote} } }`, rest)).toEqual({
    runtime: 'remote',
    remote: {
      url: 'https://a/b',
      expected_status: ['200'],
      expected_version: { json: 'v', equals: '1.2' },
      headers: { A: { secret: 'token' } },
      health: { interval: '1m0s', retries: 2 },
    },
  });
  const project = await load(file(`    x-muster: { runtime: remote, remote: { ${remote} } }`, rest));
  expect(Object.keys(project.secrets)).toEqual(['token']);
});

test.each([
  ['{ runtime: remote }', 'says remote, but not where'],
  ['{ remote: { url: "http://a" } }', 'is for services that are not run but looked at'],
  ['{ runtime: remote, remote: { url: a } }', 'is not allowed here'],
  ['{ runtime: remote, host: "ssh://a", remote: { url: "http://a" } }', 'means nothing for a remote service'],
  ['{ runtime: remote, remote: { url: "http://me:pw@a" } }', 'holds credentials'],
  ['{ runtime: remote, remote: { url: "tcp://a" } }', 'names no port'],
  ['{ runtime: remote, remote: { url: "tcp://a:1", expected_status: 200 } }', 'means nothing for a tcp url'],
  ['{ runtime: remote, remote: { url: "http://a", expected_status: 299-200 } }', 'runs backwards'],
  ['{ runtime: remote, remote: { url: "http://a", expected_version: { equals: 1 } } }', 'one place where the version is told'],
  ['{ runtime: remote, remote: { url: "http://a", headers: { A: { secret: no } } } }', 'refers to undefined secret no'],
  ['{ runtime: remote, remote: { url: "http://a", health: { interval: often } } }', 'often'],
  ['{ host: "http://a" }', 'is not allowed here'],
])('x-muster: %s is refused', async (muster, message) => {
  expect(await problem(`    image: a\n    x-muster: ${muster}`)).toContain(message);
});

test('a namespace or volume of a service that runs elsewhere is refused at its place', async () => {
  const db = '  db: { image: b, x-muster: { runtime: process } }';
  expect(await problem(`    image: a\n    network_mode: service:db\n${db}`)).toContain(
    '4:5 services.web.network_mode: joins db, which runs on process, while web runs on docker',
  );
  expect(await problem(`    image: a\n    volumes_from: [db]\n${db}`)).toContain('services.web.volumes_from[0]: joins db');
  const same = file(`    image: a\n    pid: service:db\n    x-muster: { runtime: process }\n${db}`);
  expect(await problemsOf(same)).toEqual([]);
  const far = file(
    '    image: a\n    x-muster: { host: local }\n    ipc: service:db\n  db: { image: b }',
    'x-muster: { host: "ssh://h" }',
  );
  expect((await problemsOf(far)).map(({ message }) => message)).toEqual([
    'services.web.ipc: joins db, which runs on docker@ssh://h, while web runs on docker',
  ]);
});
