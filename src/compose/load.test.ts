import { expect, test } from 'vitest';
import { load, problemsOf } from './memory.test-support.ts';

test('the nearest file upward is found, with its override and its .env', async () => {
  const project = await load(
    {
      '/app/compose.yaml': 'services: {web: {image: "web:$TAG"}}',
      '/app/compose.override.yaml': 'services: {web: {hostname: h}}',
      '/app/.env': 'TAG=7',
    },
    { cwd: '/app/sub/deep' },
  );
  expect(project).toMatchObject({ name: 'app', workingDir: '/app', services: { web: { image: 'web:7', hostname: 'h' } } });
  expect(project.composeFiles).toEqual(['/app/compose.yaml', '/app/compose.override.yaml']);
});

test('the process environment wins over .env', async () => {
  const project = await load(
    { 'compose.yaml': 'services: {web: {image: "$TAG"}}', '.env': 'TAG=file' },
    { environment: { TAG: 'process' } },
  );
  expect(project.services['web']?.image).toBe('process');
});

test('env files that were asked for are noted, also .env itself, and not the one that is found', async () => {
  const files = { 'compose.yaml': 'services: {web: {image: web}}', '.env': 'A=1', 'b.env': 'B=1' };
  const noted = async (options: Parameters<typeof load>[1]) => (await load(files, options)).envFiles;
  expect(await noted({})).toEqual([]);
  expect(await noted({ envFiles: ['.env'] })).toEqual(['/app/.env']);
  expect(await noted({ environment: { COMPOSE_ENV_FILES: '.env,b.env' } })).toEqual(['/app/.env', '/app/b.env']);
});

test('an extended service keeps the paths of its own file', async () => {
  const project = await load({
    'compose.yaml': 'services: {web: {extends: {file: base/b.yaml, service: app}, hostname: h}}',
    'base/b.yaml': 'services: {app: {image: x, volumes: [./data:/data], env_file: e.env}}',
    'base/e.env': 'A=1',
  });
  expect(project.services['web']).toMatchObject({
    hostname: 'h',
    environment: { A: '1' },
    volumes: [{ source: '/app/base/data' }],
  });
});

test('an included file has its own folder and .env', async () => {
  const project = await load({
    'compose.yaml': 'include: [sub/compose.yaml]\nservices: {web: {image: "w:${TAG:-none}"}}',
    'sub/compose.yaml': 'services: {api: {image: "a:$TAG", build: .}}',
    'sub/.env': 'TAG=sub',
  });
  expect(project.services).toMatchObject({ web: { image: 'w:none' }, api: { image: 'a:sub', build: { context: '/app/sub' } } });
});

test('profiles leave services out, naming a service brings it in with what it needs', async () => {
  const files = { 'compose.yaml': 'services: {a: {image: x}, b: {image: x, profiles: [p]}, c: {image: x}}' };
  expect(Object.keys((await load(files)).services)).toEqual(['a', 'c']);
  expect(Object.keys((await load(files, { profiles: ['p'] })).services)).toEqual(['a', 'b', 'c']);
  const one = await load(files, { services: ['b'] });
  expect(Object.keys(one.services)).toEqual(['b']);
  expect(Object.keys(one.disabledServices).sort()).toEqual(['a', 'c']);
});

test('networks and volumes that nothing uses are left out', async () => {
  const files = { 'compose.yaml': 'services: {a: {image: x, networks: [n]}}\nnetworks: {n: , m: }\nvolumes: {v: }' };
  expect(Object.keys((await load(files)).networks)).toEqual(['n']);
  expect(Object.keys((await load(files, { allResources: true })).volumes)).toEqual(['v']);
});

test('names that JavaScript knows are ordinary names', async () => {
  const project = await load({ 'compose.yaml': 'services: {constructor: {image: x, environment: {__proto__: a, toString: b}}}' });
  expect(project.services['constructor']?.environment).toMatchObject({ toString: 'b' });
  expect(Object.keys(project.services['constructor']?.environment ?? {})).toEqual(['__proto__', 'toString']);
});

test('unset variables and an obsolete version are warnings', async () => {
  const { warnings } = await load({ 'compose.yaml': 'version: "3"\nservices: {a: {image: "x$NOPE$NOPE"}}' });
  expect(warnings).toEqual([
    'The "NOPE" variable is not set. Defaulting to a blank string.',
    '/app/compose.yaml: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion',
  ]);
});

test('a variable of native services that lacks its second dollar is told how it is written', async () => {
  const { warnings } = await load({ 'compose.yaml': 'services: {a: {image: x, command: "serve ${MUSTER_PORT_80}"}}' });
  expect(warnings[0]).toMatch(/is not set\. .* A native service's own is written \$\$\{MUSTER_PORT_80\}\.$/);
});

test('all schema problems of a file are reported at once, each with its line', async () => {
  const problems = await problemsOf({ 'compose.yaml': 'services:\n  a:\n    imag: x\n    ports: 80\n    hostname: 5\n' });
  expect(problems.map((problem) => [problem.place?.line, problem.message, problem.hint])).toEqual([
    [3, 'services.a.imag: there is no such key', 'did you mean "image"?'],
    [4, 'services.a.ports: must be a list, not a number', 'write it as a list: ["80"]'],
    [5, 'services.a.hostname: must be a string, not a number', 'put it in quotes: "5"'],
  ]);
});

test.each([
  [
    'a cycle of dependencies',
    'services: {a: {image: x, depends_on: [b]}, b: {image: x, depends_on: [a]}}',
    'COMPOSE_CYCLE',
    'a -> b -> a',
  ],
  ['extending oneself', 'services: {a: {extends: b}, b: {extends: a}}', 'COMPOSE_CYCLE', 'circular reference'],
  [
    'an undefined network',
    'services: {a: {image: x, networks: [fornt]}}\nnetworks: {front: }',
    'COMPOSE_REFERENCE',
    'undefined network fornt',
  ],
  ['an undefined volume', 'services: {a: {image: x, volumes: ["vol:/v"]}}', 'COMPOSE_REFERENCE', 'undefined volume vol'],
  ['an undefined secret', 'services: {a: {image: x, secrets: [s]}}', 'COMPOSE_REFERENCE', 'undefined secret s'],
  ['an undefined dependency', 'services: {a: {image: x, depends_on: [b]}}', 'COMPOSE_REFERENCE', 'undefined service "b"'],
  ['a required variable', 'services: {a: {image: "${X:?give it}"}}', 'VARIABLE_REQUIRED', 'give it'],
  ['a missing env_file', 'services: {a: {image: x, env_file: e.env}}', 'ENV_FILE', 'e.env not found'],
  ['a missing extended file', 'services: {a: {extends: {file: b.yaml, service: a}}}', 'FILE_NOT_FOUND', 'b.yaml'],
  ['a missing included file', 'include: [b.yaml]', 'FILE_NOT_FOUND', 'b.yaml'],
  ['including oneself', 'include: [compose.yaml]', 'COMPOSE_CYCLE', 'include cycle'],
  ['neither image nor build', 'services: {a: {}}', 'COMPOSE_INVALID', 'neither an image nor a build'],
  ['a bad port', 'services: {a: {image: x, ports: ["a:b"]}}', 'PORT_INVALID', 'invalid containerPort: b'],
  ['a bad duration', 'services: {a: {image: x, stop_grace_period: soon}}', 'COMPOSE_INVALID', 'invalid duration'],
  ['a bad size', 'services: {a: {image: x, mem_limit: much}}', 'COMPOSE_INVALID', 'invalid size'],
  [
    'one name for two containers',
    'services: {a: {image: x, container_name: cc}, b: {image: x, container_name: cc}}',
    'NAME_COLLISION',
    'already in use by service a',
  ],
])('%s is refused with a place', async (_, text, code, message) => {
  const [problem] = await problemsOf({ 'compose.yaml': text });
  expect(problem).toMatchObject({ code, place: { file: '/app/compose.yaml', line: 1 } });
  expect(problem?.message).toContain(message);
  expect(problem?.hint).toBeTruthy();
});

test('a problem in an override, an include or an anchor points at the file and line that has it', async () => {
  const good = 'services: {a: {image: x}}\n';
  const inOverride = await problemsOf({ 'compose.yaml': good, 'compose.override.yaml': 'services:\n  a:\n    tyt: 1\n' });
  expect(inOverride[0]?.place).toMatchObject({ file: '/app/compose.override.yaml', line: 3 });
  const inInclude = await problemsOf({
    'compose.yaml': 'include: [s/c.yaml]',
    's/c.yaml': 'services:\n  b: {image: x,\n      tyt: 1}\n',
  });
  expect(inInclude[0]?.place).toMatchObject({ file: '/app/s/c.yaml', line: 3 });
  const inAnchor = await problemsOf({ 'compose.yaml': 'x-a: &a\n  tyt: 1\nservices:\n  a:\n    image: x\n    <<: *a\n' });
  expect(inAnchor[0]?.place).toMatchObject({ line: 2, column: 3 });
});

test('chains of 5,000 services are no problem', async () => {
  const services = Array.from({ length: 5000 }, (_, index) => `  s${index}: {image: x, depends_on: [s${index + 1}]}`).join('\n');
  const project = await load({ 'compose.yaml': `services:\n${services}\n  s5000: {image: x}\n` });
  expect(Object.keys(project.services)).toHaveLength(5001);
});
