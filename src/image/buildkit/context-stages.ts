// Docker Engine before 23 knows no named contexts; to it they are stages of the Dockerfile, each from an image.

import { MusterError } from '#lib/errors.ts';

export type ContextStage = { readonly name: string; readonly image: string };

/** The Dockerfile with one stage per context ahead of its own. Throws UNSUPPORTED where that would mean something else. */
export function withContextStages(dockerfile: string, stages: readonly ContextStage[], service: string): string {
  const lines = dockerfile.split('\n');
  const first = lines.findIndex((line) => /^\s*FROM\s/i.test(line));
  if (first === -1 || stages.length === 0) return dockerfile;
  const refuse = (what: string): never => {
    throw new MusterError(
      'UNSUPPORTED',
      `service "${service}": build.additional_contexts ${what}, which needs Docker Engine 23`,
      {
        hint: 'use a newer engine, or change the Dockerfile',
      },
    );
  };
  for (const { name } of stages) {
    if (!/^[a-z][a-z0-9_.-]*$/.test(name)) refuse(`names "${name}"`);
    if (lines.some((line) => stageNameIn(line) === name)) refuse(`replaces the stage "${name}"`);
  }
  if (/--from=\d+\b/.test(dockerfile)) refuse('stands beside a stage that is named by its number (--from=0)');
  lines.splice(first, 0, ...stages.map(({ name, image }) => `FROM ${image} AS ${name}`));
  return lines.join('\n');
}

const stageNameIn = (line: string): string | undefined => /^\s*FROM\s.*\sAS\s+(\S+)\s*$/i.exec(line)?.[1]?.toLowerCase();
