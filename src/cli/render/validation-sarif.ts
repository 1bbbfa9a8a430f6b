// SARIF 2.1.0 (OASIS), the form in which editors and code hosts take the findings of a checker.

import type { MusterError } from '#lib/errors.ts';
import { musterVersion } from '#lib/version.ts';
import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Validation } from '../commands/validate-run.ts';
import { seeAlso } from '../see-also.ts';
import { shownPath } from '../shown-path.ts';

export function validationAsSarif({ problems, cwd }: Validation): string {
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'muster', semanticVersion: musterVersion, rules: codes.map(ruleOf) } },
        originalUriBaseIds: { PROJECT: { uri: `${pathToFileURL(cwd).href}/` } },
        columnKind: 'utf16CodeUnits',
        results: problems.map((problem) => resultOf(problem, codes.indexOf(problem.code), cwd)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function ruleOf(code: string): object {
  return {
    id: code,
    shortDescription: { text: code.toLowerCase().replaceAll('_', ' ') },
    help: { text: `See docs/errors.md#${code.toLowerCase()}` },
  };
}

function resultOf(problem: MusterError, ruleIndex: number, cwd: string): object {
  const { place, hint } = problem;
  const text = [problem.message, ...(hint === undefined ? [] : [hint]), `See ${seeAlso(problem)}`].join('\n');
  return {
    ruleId: problem.code,
    ruleIndex,
    level: 'error',
    message: { text },
    ...(place === undefined
      ? {}
      : { locations: [{ physicalLocation: { artifactLocation: artifactOf(place.file, cwd), ...regionOf(problem) } }] }),
  };
}

/** Relative to the project where the file is in it, so that a report is right on another machine as well. */
function artifactOf(file: string, cwd: string): object {
  if (file === '-') return { uri: 'stdin', description: { text: 'standard input' } };
  const path = shownPath(file, cwd);
  if (isAbsolute(path)) return { uri: pathToFileURL(path).href };
  return { uri: path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/'), uriBaseId: 'PROJECT' };
}

function regionOf({ place }: MusterError): object {
  if (place?.line === undefined) return {};
  const { line, column, source } = place;
  return {
    region: {
      startLine: line,
      ...(column === undefined ? {} : { startColumn: column }),
      ...(source === undefined ? {} : { snippet: { text: source } }),
    },
  };
}
