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

/** What SARIF 2.1.0 requires of the objects that we write, by its sections 3.13 to 3.30. */
const sarif = {
  type: 'object',
  required: ['version', 'runs'],
  properties: {
    $schema: { type: 'string' },
    version: { const: '2.1.0' },
    runs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['tool', 'results'],
        additionalProperties: false,
        properties: {
          tool: {
            type: 'object',
            required: ['driver'],
            properties: {
              driver: {
                type: 'object',
                required: ['name', 'rules'],
                properties: {
                  name: { type: 'string' },
                  semanticVersion: { type: 'string', pattern: '^\\d+\\.\\d+\\.\\d+' },
                  rules: { type: 'array', uniqueItems: true, items: { type: 'object', required: ['id'] } },
                },
              },
            },
          },
          originalUriBaseIds: {
            type: 'object',
            additionalProperties: { type: 'object', properties: { uri: { type: 'string', pattern: '/$' } } },
          },
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          results: {
            type: 'array',
            items: {
              type: 'object',
              required: ['message', 'ruleId', 'ruleIndex'],
              additionalProperties: false,
              properties: {
                ruleId: { type: 'string' },
                ruleIndex: { type: 'integer', minimum: 0 },
                level: { enum: ['none', 'note', 'warning', 'error'] },
                message: { type: 'object', required: ['text'], properties: { text: { type: 'string', minLength: 1 } } },
                locations: {
                  type: 'array',
                  items: {
                    type: 'object',
                    required: ['physicalLocation'],
                    properties: {
                      physicalLocation: {
                        type: 'object',
                        required: ['artifactLocation'],
                        properties: {
                          artifactLocation: {
                            type: 'object',
                            required: ['uri'],
                            properties: { uri: { type: 'string', pattern: '^[^ ]+$' } },
                          },
                          region: {
                            type: 'object',
                            required: ['startLine'],
                            properties: {
                              startLine: { type: 'integer', minimum: 1 },
                              startColumn: { type: 'integer', minimum: 1 },
                            },
                          },
                        },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};

test('as SARIF the report has what SARIF 2.1.0 requires', () => {
  const log = JSON.parse(validationAsSarif(validation)) as {
    runs: {
      results: { ruleId: string; ruleIndex: number; locations?: unknown[] }[];
      tool: { driver: { rules: { id: string }[] } };
    }[];
  };
  const check = new Ajv().compile(sarif);
  expect(check(log), JSON.stringify(check.errors)).toBe(true);
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
  expect(JSON.parse(validationAsJson(none))).toEqual({ valid: true, problems: [], warnings: [] });
});
