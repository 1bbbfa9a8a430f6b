import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { MusterError } from '#lib/errors.ts';
import { validationAsJson } from './validation-json.ts';
import { validationAsSarif } from './validation-sarif.ts';

const misspelt = new MusterError('COMPOSE_INVALID', 'services.web.imge: there is no such key', {
  place: { file: '/srv/my app/compose.yaml', line: 3, column: 5, source: '    imge: nginx' },
  path: ['services', 'web', 'imge'],
  hint: 'did you mean "image"?',
});
const elsewhere = new MusterError('ENV_FILE', 'no value', {
  place: { file: '/etc/shared.env', line: 1, column: 1, source: 'x y' },
});
const nowhere = new MusterError('PROJECT_NAME', 'project name must not be empty', { hint: 'give it a name with -p' });
const validation = { project: null, problems: [misspelt, elsewhere, nowhere], cwd: '/srv/my app' };

test('as JSON a problem has code, words, place and where to read more', () => {
  const { valid, problems } = JSON.parse(validationAsJson(validation)) as { valid: boolean; problems: unknown[] };
  expect(valid).toBe(false);
  expect(problems).toMatchObject([
    {
      code: 'COMPOSE_INVALID',
      file: 'compose.yaml',
      line: 3,
      column: 5,
      path: ['services', 'web', 'imge'],
      see: 'docs/reference/compose.md#services',
    },
    { code: 'ENV_FILE', file: '/etc/shared.env', see: 'docs/errors.md#env_file' },
    { code: 'PROJECT_NAME' },
  ]);
});

/** The standard's own schema; its $schema names a draft that Ajv knows without being told. */
const {
  $schema: _,
  id: __,
  ...sarif
} = createRequire(import.meta.url)('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Readonly<
  Record<string, unknown>
>;
const anything = { uri: true, 'uri-reference': true, 'date-time': true } as const;
const isSarif = new Ajv({ strict: false, unicodeRegExp: false, formats: anything }).compile(sarif);

test('as SARIF the report is what the schema of SARIF 2.1.0 asks for', () => {
  const log = JSON.parse(validationAsSarif(validation)) as {
    runs: {
      results: { ruleId: string; ruleIndex: number; locations?: unknown[] }[];
      tool: { driver: { rules: { id: string }[] } };
    }[];
  };
  expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
  expect(isSarif({ ...log, version: '2.2' })).toBe(false);
  const [run] = log.runs;
  for (const result of run?.results ?? []) expect(run?.tool.driver.rules[result.ruleIndex]?.id).toBe(result.ruleId);
  expect(run?.results[0]?.locations).toMatchObject([
    {
      physicalLocation: {
        artifactLocation: { uri: 'compose.yaml', uriBaseId: 'PROJECT' },
        region: { startLine: 3, startColumn: 5 },
      },
    },
  ]);
  expect(run?.results[1]?.locations).toMatchObject([
    { physicalLocation: { artifactLocation: { uri: 'file:///etc/shared.env' } } },
  ]);
});

test('a report without problems is one too', () => {
  const none = { project: null, problems: [], cwd: '/srv' };
  const log = JSON.parse(validationAsSarif(none)) as { runs: { results: unknown[] }[] };
  expect(log.runs[0]?.results).toEqual([]);
  expect(isSarif(log), JSON.stringify(isSarif.errors)).toBe(true);
  expect(JSON.parse(validationAsJson(none))).toEqual({ valid: true, problems: [], warnings: [] });
});
