import { expect, test } from 'vitest';
import { load } from './memory.test-support.ts';

const merged = async (base: string, over: string) => {
  const web = (text: string): string => `services:\n  web: {image: x, ${text}}\nnetworks: {a: , b: }\nvolumes: {vol: }\n`;
  const project = await load({ 'a.yaml': web(base), 'b.yaml': web(over) }, { files: ['a.yaml', 'b.yaml'] });
  return JSON.parse(JSON.stringify(project.services['web'])) as Record<string, unknown>;
};

test.each([
  ['scalars are replaced', 'hostname: a', 'hostname: b', 'hostname', 'b'],
  ['null keeps what was there', 'hostname: a', 'hostname: null', 'hostname', 'a'],
  ['commands are replaced', 'command: [a, b]', 'command: c', 'command', ['c']],
  ['lists are appended', 'group_add: [a]', 'group_add: [b]', 'group_add', ['a', 'b']],
  [
    'environment is merged by name, list or map',
    'environment: {A: 1, B: 2}',
    'environment: [B=3, C=4]',
    'environment',
    { A: '1', B: '3', C: '4' },
  ],
  ['capabilities are kept once', 'cap_add: [A]', 'cap_add: [A, B]', 'cap_add', ['A', 'B']],
  ['hosts are appended', 'extra_hosts: ["a:1.1.1.1"]', 'extra_hosts: {b: 2.2.2.2}', 'extra_hosts', ['a=1.1.1.1', 'b=2.2.2.2']],
  ['other logging drivers replace', 'logging: {driver: a, options: {x: 1}}', 'logging: {driver: b}', 'logging', { driver: 'b' }],
  [
    'the same logging driver merges',
    'logging: {driver: a, options: {x: 1}}',
    'logging: {options: {y: 2}}',
    'logging',
    { driver: 'a', options: { x: '1', y: '2' } },
  ],
  ['tmpfs is text or a list', 'tmpfs: /a', 'tmpfs: [/b]', 'tmpfs', ['/a', '/b']],
  ['networks are a list or a map', 'networks: [a]', 'networks: {b: {priority: 2}}', 'networks', { a: null, b: { priority: 2 } }],
  [
    'limits are merged',
    'ulimits: {n: 1, m: 2}',
    'ulimits: {n: {soft: 3, hard: 4}}',
    'ulimits',
    { n: { soft: 3, hard: 4 }, m: 2 },
  ],
])('%s', async (_, base, over, key, expected) => {
  expect((await merged(base, over))[key]).toEqual(expected);
});

test('ports are unique by address, port and protocol', async () => {
  const { ports } = (await merged('ports: ["80:80", "81:81"]', 'ports: ["81:81", "82:82"]')) as {
    ports: { published: string }[];
  };
  expect(ports.map((port) => port.published)).toEqual(['80', '81', '82']);
});

test('volumes are unique by target, the last wins at the first place', async () => {
  const { volumes } = (await merged('volumes: ["vol:/a", "/c:/b"]', 'volumes: ["./d:/a"]')) as { volumes: { source: string }[] };
  expect(volumes.map((volume) => volume.source)).toEqual(['/app/d', '/c']);
});

test('!override replaces and !reset removes', async () => {
  const web = await merged('ports: ["80:80"], labels: {a: b}, hostname: h', 'ports: !override ["81:81"], labels: !reset null');
  expect(web).toMatchObject({ ports: [{ published: '81' }], hostname: 'h' });
  expect(web).not.toHaveProperty('labels');
});

test('forms that do not go together are refused with both named', async () => {
  await expect(merged('x-a: {b: 1}', 'x-a: [1]')).rejects.toThrow('an earlier file has a mapping here, this one a list');
});
