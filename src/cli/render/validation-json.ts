import type { Validation } from '../commands/validate-run.ts';
import { seeAlso } from '../see-also.ts';
import { shownPath } from '../shown-path.ts';

/** One object: `valid`, `problems` with their places (1-based lines and columns), `warnings`. */
export function validationAsJson({ project, problems, cwd }: Validation): string {
  const report = {
    valid: problems.length === 0,
    problems: problems.map((problem) => ({
      code: problem.code,
      message: problem.message,
      hint: problem.hint,
      path: problem.path,
      file: problem.place === undefined ? undefined : shownPath(problem.place.file, cwd),
      line: problem.place?.line,
      column: problem.place?.column,
      source: problem.place?.source,
      see: seeAlso(problem),
    })),
    warnings: project?.warnings ?? [],
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
