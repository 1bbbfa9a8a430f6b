import fc from 'fast-check';
import { expect, test } from 'vitest';
import { configText, variablesIn } from './config-output.ts';
import { formatFloat } from './go-number.ts';
import { load } from './memory.test-support.ts';
import type { Mapping } from './tree.ts';
import { compareYamlKeys } from './yaml-keys.ts';
import { yamlText } from './yaml-text.ts';
import { parseYaml } from './yaml.ts';

test.each([
  ['plain', 'plain'],
  ['', '""'],
  ['yes', '"yes"'],
  ['1:30', '"1:30"'],
  ['0440', '"0440"'],
  ['null', '"null"'],
  ['a: b', "'a: b'"],
  ["it's", "it's"],
  ["'quoted'", "'''quoted'''"],
  [' lead', "' lead'"],
  ['tab\t', '"tab\\t"'],
  ['a\nb\n', '|\n  a\n  b'],
  ['a\nb', '|-\n  a\n  b'],
  ['🎉', '"\\U0001F389"'],
  ['é', 'é'],
])('%j is written %s', (text, expected) => expect(yamlText(text, { indent: 2, isKey: false })).toBe(expected));

test('any text in a label survives printing and reading', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 5 }), async (values) => {
      const labels = Object.fromEntries(
        values.map((value, index) => [`k${index}`, value.replaceAll('$', '$$$$').replaceAll('\r', '')]),
      );
      const project = await load({ 'compose.yaml': JSON.stringify({ services: { a: { image: 'x', labels } } }) });
      const [document] = parseYaml({ name: 'config.yaml', text: configText(project, 'yaml') });
      const again = document?.value as unknown as { services: { a: { labels?: unknown } } };
      expect(again.services.a.labels ?? {}).toEqual(labels);
    }),
    { numRuns: 150 },
  );
});

test('numbers are written as Go writes them', () => {
  expect([1e6, 123456.5, 0.0001, 0.00001, 1e20, -1e6].map(formatFloat)).toEqual([
    '1e+06',
    '123456.5',
    '0.0001',
    '1e-05',
    '1e+20',
    '-1e+06',
  ]);
});

test('keys of a map count digits and put letters last', () => {
  expect(['a10', 'a2', 'b', 'B', '1', '_', 'a'].sort(compareYamlKeys)).toEqual(['_', '1', 'B', 'a', 'a2', 'a10', 'b']);
});

const anyService = fc.record(
  {
    image: fc.constantFrom('x', 'y:1'),
    command: fc.oneof(fc.constantFrom('a b', "c 'd e'"), fc.array(fc.constantFrom('a', 'b c', ''), { maxLength: 3 })),
    environment: fc.dictionary(
      fc.stringMatching(/^[A-Z]{1,4}$/),
      fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom('', 'v w', 'a=b')),
    ),
    ports: fc.uniqueArray(fc.constantFrom('80', '81:81', '127.0.0.1:82:82/udp', '90-91:90-91')),
    volumes: fc.uniqueArray(fc.constantFrom('vol:/v', './a:/a:ro', '/b', '/c:/d:z'), {
      selector: (text) => text.split(':')[1] ?? text,
    }),
    mem_limit: fc.constantFrom('64m', 1024),
    stop_grace_period: fc.constantFrom('90s', '1h'),
    healthcheck: fc.record({ test: fc.constantFrom('curl x', ['CMD', 'x']), interval: fc.constantFrom('5s', '100ms') }),
    extra_hosts: fc.constantFrom(['a:1.1.1.1'], { b: '::1' }),
    ulimits: fc.constant({ nofile: { soft: 1, hard: 2 }, nproc: 3 }),
    deploy: fc.record({ replicas: fc.integer({ min: 0, max: 3 }), resources: fc.constant({ reservations: { cpus: '0.5' } }) }),
  },
  { requiredKeys: ['image'] },
);
const anyFile = fc
  .record({ web: anyService, db: anyService })
  .map((services) => JSON.stringify({ services, volumes: { vol: null }, networks: { default: { labels: { a: 'b' } } } }));

test('what config prints means the same when it is loaded again', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, fc.constantFrom('yaml' as const, 'json' as const), async (text, format) => {
      const project = await load({ 'compose.yaml': text });
      const again = await load({ 'compose.yaml': configText(project, format) });
      expect(configText(again, 'yaml')).toBe(configText(project, 'yaml'));
      expect(again.configHashes).toEqual(project.configHashes);
    }),
    { numRuns: 60 },
  );
});

test('merging with an empty file changes nothing', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, async (text) => {
      const empty = '{services: {}}';
      const alone = configText(await load({ 'a.yaml': text }, { files: ['a.yaml'] }), 'yaml');
      expect(configText(await load({ 'a.yaml': text, 'e.yaml': empty }, { files: ['a.yaml', 'e.yaml'] }), 'yaml')).toBe(alone);
      expect(configText(await load({ 'a.yaml': text, 'e.yaml': empty }, { files: ['e.yaml', 'a.yaml'] }), 'yaml')).toBe(alone);
    }),
    { numRuns: 40 },
  );
});

test('of several mentions of a variable the last in the order of the file gives its default', () => {
  const text = 'services:\n  db: { image: "${TAG-1}" }\n  cache: { image: "${TAG-2}" }\n';
  const model = parseYaml({ name: 'compose.yaml', text })[0]?.value;
  expect(variablesIn(model as Mapping).map(({ name, defaultValue }) => `${name}=${defaultValue}`)).toEqual(['TAG=2']);
});
