import { expect, test } from 'vitest';
import { referencesIn } from '#model/reference.ts';
import { configText } from './config-output.ts';
import { load, problemsOf } from './memory.test-support.ts';

const db = 'db: {image: d}, my-db: {image: m}';

test('a reference stays in the model, implies a dependency, and config prints it as it was written', async () => {
  const files = {
    'compose.yaml': `services: {web: {image: w, environment: {URL: "http://\${db.ip}:\${service:my-db.port.5432}"}}, ${db}}`,
  };
  const project = await load(files);
  expect(referencesIn(project.services['web'])).toEqual([
    { service: 'db', wish: { kind: 'ip' }, text: '${db.ip}' },
    { service: 'my-db', wish: { kind: 'port', target: 5432 }, text: '${service:my-db.port.5432}' },
  ]);
  expect(project.services['web']?.depends_on).toEqual({
    db: { condition: 'service_started', required: true },
    'my-db': { condition: 'service_started', required: true },
  });
  const printed = configText(project, 'yaml');
  expect(printed).toContain('URL: http://${db.ip}:${service:my-db.port.5432}\n');
  expect(configText(await load({ 'compose.yaml': printed }), 'yaml')).toBe(printed);
});

test('what Compose gives a meaning keeps it, and an escaped dollar is no reference', async () => {
  const environment = '{A: "${my-db.ip}", B: "$${db.ip}", C: "${X:-${db.ips}}"}';
  const project = await load({ 'compose.yaml': `services: {web: {image: w, environment: ${environment}}, ${db}}` });
  expect(project.services['web']?.environment).toMatchObject({ A: 'db.ip', B: '${db.ip}' });
  expect(referencesIn(project.services['web']).map(({ text }) => text)).toEqual(['${db.ips}']);
  expect(configText(project, 'yaml')).toContain('B: $${db.ip}\n');
});

test('what the file says about the dependency counts', async () => {
  const dependency = 'depends_on: {db: {condition: service_healthy, required: false}}';
  const project = await load({ 'compose.yaml': `services: {web: {image: w, ${dependency}, command: "\${db.ip}"}, ${db}}` });
  expect(project.services['web']?.depends_on).toEqual({ db: { condition: 'service_healthy', required: false } });
});

test.each([
  ['web: {image: "${db.ip}"}', "services.web.image: ${db.ip} can't be used here", 'COMPOSE_INVALID'],
  [
    'web: {image: w, command: "${bd.ip}"}',
    'services.web.command[0]: ${bd.ip} refers to undefined service "bd"',
    'COMPOSE_REFERENCE',
  ],
  ['web: {image: w, command: "${web.ip}"}', 'services.web.command[0]: ${web.ip} refers to its own service', 'COMPOSE_CYCLE'],
  ['web: {image: w, command: "${db.port.0}"}', 'services.web.command[0]: ${db.port.0}: there is no port 0', 'COMPOSE_INVALID'],
  [
    'web: {image: w, command: "${api.ip}"}, api: {image: a, command: "${web.ip}"}',
    'services.api.depends_on.web: dependency cycle detected: api -> web -> api',
    'COMPOSE_CYCLE',
  ],
])('%s is refused', async (services, message, code) => {
  const [problem] = await problemsOf({
    'compose.yaml': `services:\n  ${services.replaceAll('}, api:', '}\n  api:')}\n  db: {image: d}\n`,
  });
  expect(problem?.message).toBe(message);
  expect(problem?.code).toBe(code);
  expect(problem?.place?.line).toBeGreaterThan(1);
});
