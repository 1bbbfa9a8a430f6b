// Providers around a change: whether their programs are there, before it; what they said, in the middle of it.

import { MusterError, throwAll } from '#lib/errors.ts';
import { type Plan, providerRuntime } from '#model/plan.ts';
import type { Provided, Providers } from '#model/provided.ts';
import type { Project } from '#model/project.ts';
import { musterHashesOf } from '#plan/muster-hashes.ts';
import { withProvided } from '#plan/providers.ts';
import { serviceOf } from '#plan/select.ts';
import type { ChangeRequest } from './change.ts';

/** Missing ones are all named before anything changes. */
export function findPrograms(providers: Providers | undefined, { steps }: Plan, project: Project): void {
  const problems: MusterError[] = [];
  for (const { kind, runtime, subject } of steps) {
    if (runtime !== providerRuntime || subject.type !== 'service' || kind === 'stop-provider') continue;
    const provider = serviceOf(project, subject.service)?.provider;
    try {
      if (provider !== undefined) providers?.find(subject.service, provider);
    } catch (problem) {
      if (!(problem instanceof MusterError)) throw problem;
      problems.push(problem);
    }
  }
  throwAll(problems);
}

/** What providers said is part of the services that it was said for, and of their hashes. */
export function withAnswers(request: ChangeRequest, provided: Provided): ChangeRequest {
  if (request.project === null) return request;
  const project = withProvided(request.project, provided, request.serviceHash);
  const musterHashes = request.musterHashes && musterHashesOf(project, request.sources ?? new Map());
  return { ...request, project, musterHashes, provided };
}
