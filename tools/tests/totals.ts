// Counts what vitest reported; whatever did not clearly pass has failed.

export type Totals = { readonly passed: number; readonly failed: number };

export const add = (a: Totals, b: Totals): Totals => ({ passed: a.passed + b.passed, failed: a.failed + b.failed });

/** The parts of vitest's JSON report that count. */
type Report = {
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string }[];
  }[];
};

/** Totals of a report and of vitest's exit code: a skipped test, a file that didn't load, an error outside every test are failures. */
export function totalsOf(json: string, exitCode: number): Totals {
  let report: Report;
  try {
    report = JSON.parse(json) as Report;
  } catch {
    return { passed: 0, failed: 1 };
  }
  const statuses = report.testResults.flatMap((file) => {
    const own = file.assertionResults.map((result) => result.status);
    const brokeOutside = file.status === 'failed' && !own.includes('failed');
    return brokeOutside ? [...own, 'failed'] : own;
  });
  const passed = statuses.filter((status) => status === 'passed').length;
  const failed = statuses.length - passed;
  const isUnclear = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: isUnclear ? 1 : failed };
}
