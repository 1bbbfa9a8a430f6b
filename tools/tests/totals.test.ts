import { expect, test } from 'vitest';
import { totalsOf } from './totals.ts';

const report = (...files: { status: string; tests: string[] }[]): string =>
  JSON.stringify({
    testResults: files.map(({ status, tests }) => ({ status, assertionResults: tests.map((one) => ({ status: one })) })),
  });

test('passed and failed tests are counted over all files', () => {
  const text = report({ status: 'passed', tests: ['passed', 'passed'] }, { status: 'failed', tests: ['passed', 'failed'] });
  expect(totalsOf(text, 1)).toEqual({ passed: 3, failed: 1 });
});

test('a file that did not load is a failure', () => {
  const text = report({ status: 'passed', tests: ['passed'] }, { status: 'failed', tests: [] });
  expect(totalsOf(text, 1)).toEqual({ passed: 1, failed: 1 });
});

test('a skipped test is a failure: it has shown nothing', () => {
  expect(totalsOf(report({ status: 'passed', tests: ['passed', 'pending'] }), 0)).toEqual({ passed: 1, failed: 1 });
});

test('an error outside every test, no tests, and no report are failures', () => {
  expect(totalsOf(report({ status: 'passed', tests: ['passed'] }), 1)).toEqual({ passed: 1, failed: 1 });
  expect(totalsOf(report(), 0)).toEqual({ passed: 0, failed: 1 });
  expect(totalsOf('', 0)).toEqual({ passed: 0, failed: 1 });
});
