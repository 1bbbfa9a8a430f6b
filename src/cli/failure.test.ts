import { expect, test } from 'vitest';
import { MusterError, MusterErrors } from '#lib/errors.ts';
import { failureAsJson, failureAsText } from './failure.ts';

const plain = { colour: false, debug: false, cwd: '/srv/app' };
const misspelt = new MusterError('COMPOSE_INVALID', 'services.web has no field "comand"', {
  place: { file: 'compose.yaml', line: 12, column: 6, source: '\t   comand: serve' },
  hint: 'did you mean "command"?',
});
const missing = new MusterError('FILE_NOT_FOUND', 'no such file: x.yaml', { place: { file: 'x.yaml' } });

test('an error says what, where with the line and a marker, what to do, and its code', () => {
  expect(failureAsText(misspelt, plain)).toMatchInlineSnapshot(`
    "muster: services.web has no field "comand"
      at: compose.yaml:12:6
     12 | 	   comand: serve
        | 	    ^
      hint: did you mean "command"?
      see: docs/errors.md#compose_invalid
      code: COMPOSE_INVALID"
  `);
});

test('several errors are printed one after the other', () => {
  expect(failureAsText(new MusterErrors([misspelt, missing]), plain).match(/^muster: /gm)).toHaveLength(2);
  expect(failureAsText(missing, plain)).toMatchInlineSnapshot(`
    "muster: no such file: x.yaml
      at: x.yaml
      see: docs/errors.md#file_not_found
      code: FILE_NOT_FOUND"
  `);
});

test('no stack unless --debug asks for it', () => {
  expect(failureAsText(misspelt, plain)).not.toContain('failure.test.ts');
  expect(failureAsText(misspelt, { ...plain, debug: true })).toContain('failure.test.ts');
});

test('anything else is called a bug, with what to report', () => {
  const text = failureAsText(new TypeError('x is undefined'), plain);
  expect(text).toMatch(/this is a bug in muster: TypeError: x is undefined\n.*--debug/);
  expect(text).not.toContain('failure.test.ts');
});

test('as JSON each error is one line with the members of Docker Compose', () => {
  const lines = failureAsJson(new MusterErrors([misspelt, missing])).split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { error: true, message: misspelt.message, code: 'COMPOSE_INVALID', place: { line: 12 } },
    { error: true, code: 'FILE_NOT_FOUND' },
  ]);
});
