import { expect, test } from 'vitest';
import type { MusterError } from '#lib/errors.ts';
import { problemsOf } from './memory.test-support.ts';

/** `file:line:column message`, one per problem. */
const said = (problems: readonly MusterError[]): string[] =>
  problems.map(({ place, message }) => `${place?.file.replace('/app/', '') ?? ''}:${place?.line}:${place?.column} ${message}`);

test('problems of every phase are told in one go', async () => {
  const files = {
    'compose.yaml': [
      'services:', // 1
      '  web:', // 2
      '    image: ${TAG', // 3 interpolation
      '    ports: ["x:80", "80:80"]', // 4 short form
      '    enviroment: { A: b }', // 5 schema
      '    env_file: gone.env', // 6 file
      '    depends_on: [dbb]', // 7 reference
      '    deploy: { replicas: many }', // 8 cast
      '  db:', // 9
      '    image: redis', // 10
      '    volumes: ["data:/data"]', // 11 reference
      '    stop_grace_period: soon', // 12 decoding
      '    image: twice', // 13 YAML
      '  a: { image: x, depends_on: [b] }', // 14 cycle
      '  b: { image: x, depends_on: [a] }', // 15
      '  c: { image: x, extends: { file: base.yaml, service: nobody } }', // 16 extends
      'configs: { c: { file: a, content: b } }', // 17 rule between attributes
    ].join('\n'),
    'base.yaml': 'services: { base: { image: 5 } }\n',
    'more.yaml': 'services:\n  db:\n    volumes: nothing\n',
  };
  const problems = said(await problemsOf(files, { files: ['compose.yaml', 'more.yaml'] }));
  const lines = problems.map((text) => text.split(' ')[0]?.split(':').slice(0, 2).join(':'));
  for (const line of [3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 16, 17])
    expect(lines, problems.join('\n')).toContain(`compose.yaml:${line}`);
  expect(lines).toContain('more.yaml:3');
  expect(problems).toHaveLength(13);
});

test('what follows from a problem is not told as another', async () => {
  expect(said(await problemsOf({ 'compose.yaml': 'services:\n  web:\n    imge: nginx\n' }))).toEqual([
    'compose.yaml:3:5 services.web.imge: there is no such key',
  ]);
  expect(said(await problemsOf({ 'compose.yaml': 'services:\n  web: { image: a, volumes: ["d:/d"] }\nvolumes: [d]\n' }))).toEqual(
    ['compose.yaml:3:10 volumes: must be a mapping, not a list'],
  );
  const broken = { 'compose.yaml': 'services: { web: { image: a, depends_on: [db] } }\n', 'db.yaml': 'services: [\n' };
  const problems = await problemsOf(broken, { files: ['compose.yaml', 'db.yaml'] });
  expect(problems.map(({ code }) => code)).toEqual(['YAML_SYNTAX']);
});

test('a value that an anchor repeats has the place where it is written', async () => {
  const text = 'x-ports: &ports\n  - "80:80"\n  - "http:81"\nservices:\n  web:\n    image: a\n    ports: *ports\n';
  expect(said(await problemsOf({ 'compose.yaml': text }))).toEqual([
    'compose.yaml:3:5 services.web.ports[1]: invalid hostPort: http',
  ]);
});

test('a key from a merge key has the place where it is written', async () => {
  const text = 'x-base: &base\n  image: a\n  restrt: always\nservices:\n  web:\n    <<: *base\n  db:\n    <<: [*base]\n';
  expect(said(await problemsOf({ 'compose.yaml': text }))).toEqual([
    'compose.yaml:3:3 services.web.restrt: there is no such key',
  ]);
});

test('a problem in an included file is told of that file', async () => {
  const files = {
    'compose.yaml': 'include: [sub/db.yaml]\nservices:\n  web: { image: a }\n',
    'sub/db.yaml': 'services:\n  db:\n    image: b\n    ports: 5432\n',
  };
  expect(said(await problemsOf(files))).toEqual(['sub/db.yaml:4:12 services.db.ports: must be a list, not a number']);
});

test('a problem in an extended service is told of its own file, once', async () => {
  const files = {
    'compose.yaml':
      'services:\n  a: { extends: { file: base.yaml, service: base } }\n  b: { extends: { file: base.yaml, service: base } }\n',
    'base.yaml': 'services:\n  base:\n    image: x\n    privileged: [yes]\n',
  };
  const problems = said(await problemsOf(files));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/^base\.yaml:4:17 services\.a\.privileged: /);
});

test('a problem that a later file brings is told of the later file, one that it leaves of the earlier', async () => {
  const files = {
    'compose.yaml': 'services:\n  web:\n    image: a\n    hostname: [b]\n    environment:\n      A: { b: c }\n',
    'compose.override.yaml': 'services:\n  web:\n    tty: maybe\n    environment:\n      B: [1]\n',
  };
  const problems = said(await problemsOf(files));
  expect(problems.map((text) => text.split(' ')[0])).toEqual(
    expect.arrayContaining(['compose.yaml:4:15', 'compose.override.yaml:3:5']),
  );
});

test('a value that interpolation makes wrong has the place of its template', async () => {
  const text = 'services:\n  web:\n    image: a\n    ports:\n      - "80:80"\n      - "${PORT}:81"\n    scale: ${N}\n';
  const environment = { PORT: 'http', N: 'two' };
  const problems = said(await problemsOf({ 'compose.yaml': text }, { environment }));
  expect(problems).toEqual([
    'compose.yaml:6:9 services.web.ports[1]: invalid hostPort: http',
    'compose.yaml:7:5 services.web.scale: failed to cast to expected type: "two" is not a whole number',
  ]);
});

test('a port after a range keeps its own line', async () => {
  const text =
    'services:\n  web:\n    image: a\n    ports:\n      - "3000-3003:3000-3003"\n      - host_ip: nowhere\n        target: 80\n';
  expect(said(await problemsOf({ 'compose.yaml': text }))).toEqual([
    'compose.yaml:6:9 services.web.ports[4].host_ip: invalid IP address: nowhere',
  ]);
});

test('a name in a list is pointed at where it stands', async () => {
  const text =
    'services:\n  web:\n    image: a\n    depends_on:\n      - db\n      - cach\n  db: { image: b }\n  cache: { image: c }\n';
  expect(said(await problemsOf({ 'compose.yaml': text }))).toEqual([
    'compose.yaml:6:9 services.web.depends_on.cach: depends on undefined service "cach"',
  ]);
});

test('TOML has the same problems as YAML, at its own places', async () => {
  const yaml = 'services:\n  web:\n    image: a\n    port: [80]\n    depends_on: [db]\n';
  const toml = '[services.web]\nimage = "a"\nport = [80]\ndepends_on = ["db"]\n';
  const [inYaml, inToml] = [await problemsOf({ 'compose.yaml': yaml }), await problemsOf({ 'compose.toml': toml })];
  const words = (problems: readonly MusterError[]): unknown[] =>
    problems.map(({ code, message, hint, path }) => ({ code, message, hint, path }));
  expect(words(inToml)).toEqual(words(inYaml));
  expect(said(inToml).map((text) => text.split(' ')[0])).toEqual(['compose.toml:3:1', 'compose.toml:4:15']);
});

test('a file with a million problems names the first two hundred', async () => {
  const services = Array.from({ length: 1000 }, (_, index) => `  s${index}: { image: 5 }`).join('\n');
  const problems = await problemsOf({ 'compose.yaml': `services:\n${services}\n` });
  expect(problems).toHaveLength(201);
  expect(problems.at(-1)?.message).toBe('there are more problems than these 200');
});

test('each cycle of dependencies is told', async () => {
  const service = (name: string, ...others: string[]): string => `  ${name}: { image: x, depends_on: [${others.join(', ')}] }\n`;
  const text = `services:\n${service('a', 'b')}${service('b', 'a', 'c')}${service('c', 'd')}${service('d', 'c')}`;
  expect(said(await problemsOf({ 'compose.yaml': text })).map((line) => line.split(': ').at(-1))).toEqual([
    'a -> b -> a',
    'c -> d -> c',
  ]);
});
