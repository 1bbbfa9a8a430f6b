// All problems of one load. A phase that finds something wrong says so and goes on with what is right; what is wrong is cut out of
// the model, so that later phases judge only what they can rely on, and what follows from an earlier problem is not said again.

import { MusterError, MusterErrors, throwAll } from '#lib/errors.ts';
import { cutOut } from './cut-out.ts';
import { nearestName } from './nearest.ts';
import { pathText } from './problem.ts';
import type { Mapping, TreePath } from './tree.ts';

/** More are not read by anybody, and a broken file of 10 MB has a million. */
const maxProblems = 200;

export class Problems {
  readonly #found: MusterError[] = [];
  readonly #seen = new Set<string>();
  readonly #damaged: TreePath[] = [];
  #isIncomplete = false;
  #lacksVariables = false;
  #hasMore = false;

  get isIncomplete(): boolean {
    return this.#isIncomplete;
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  add(problem: MusterError): void {
    if (problem instanceof MusterErrors) return problem.errors.forEach((one) => this.add(one));
    if (this.#follows(problem)) return;
    // A service that three others extend has its problem once.
    const key = `${placeKey(problem)} ${withoutPath(problem)}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.#found.length < maxProblems) this.#found.push(problem);
    else this.#hasMore = true;
  }

  /** Problems of values that are no longer in the model. */
  addDropped(problems: readonly MusterError[]): void {
    for (const problem of problems) this.add(problem);
    for (const { path } of problems) if (path !== undefined) this.#damaged.push(path);
  }

  /** A part that is left out without a word: what is wrong with it has been said. */
  skip(path: TreePath): void {
    this.#damaged.push(path);
  }

  /** Problems of values in `root`: said, and cut out of it. */
  addIn(root: Mapping, problems: readonly MusterError[]): void {
    this.addDropped(problems);
    cutOut(
      root,
      problems.flatMap(({ path }) => (path === undefined ? [] : [path])),
    );
  }

  /** Something that belongs to the model could not be read: what is not in it may be there. */
  addMissingPart(problem: MusterError): void {
    this.add(problem);
    this.#isIncomplete = true;
  }

  /** Variables could not be read: those that are unset may be set there. */
  addMissingVariables(problem: MusterError): void {
    this.add(problem);
    this.#lacksVariables = true;
  }

  /** What the step yields; `otherwise` when it can't go on, for a reason that is added. */
  attempt<Result>(step: () => Result, otherwise: (problem: MusterError) => Result): Result {
    try {
      return step();
    } catch (cause) {
      if (!(cause instanceof MusterError)) {
        // On what is left of a broken model, a phase may stumble over what an intact one always has.
        if (!this.any) throw cause;
        throwAll(this.inOrder());
      }
      return otherwise(cause as MusterError);
    }
  }

  throwIfAny(): void {
    throwAll(this.inOrder());
  }

  /** By file in the order of their first problem, then from top to bottom. */
  inOrder(): readonly MusterError[] {
    const files = [...new Set(this.#found.map(({ place }) => place?.file))];
    const rank = (problem: MusterError): readonly number[] => [
      files.indexOf(problem.place?.file),
      problem.place?.line ?? 0,
      problem.place?.column ?? 0,
    ];
    const sorted = this.#found
      .map((problem) => ({ problem, rank: rank(problem) }))
      .sort((left, right) => compareRanks(left.rank, right.rank))
      .map(({ problem }) => problem);
    if (!this.#hasMore) return sorted;
    const more = new MusterError('COMPOSE_INVALID', `there are more problems than these ${maxProblems}`, {
      hint: 'correct these first',
    });
    return [...sorted, more];
  }

  #follows(problem: MusterError): boolean {
    const { path, code } = problem;
    if (code === 'COMPOSE_REFERENCE' && (this.#isIncomplete || this.#damaged.some((damaged) => damaged.length < 2))) return true;
    if (code === 'VARIABLE_REQUIRED' && this.#lacksVariables) return true;
    if (path === undefined) return false;
    if (path.length < 2 && this.#isIncomplete) return true;
    return this.#damaged.some((damaged) => isWithin(path, damaged) || lacksPart(path, damaged));
  }
}

function isWithin(path: TreePath, outer: TreePath): boolean {
  return outer.length > 0 && outer.length <= path.length && outer.every((key, index) => key === path[index]);
}

/** What is said about the whole may come from the part that was cut out; of services only a source can: `imge:`. */
function lacksPart(path: TreePath, damaged: TreePath): boolean {
  if (path.length < 2 || damaged.length < 3 || !isWithin(damaged, path)) return false;
  if (path.length > 2 || path[0] !== 'services') return true;
  return nearestName(String(damaged[2]), ['image', 'build', 'provider', 'extends', '<<']) !== null;
}

function placeKey({ place }: MusterError): string {
  return place === undefined ? '' : `${place.file}:${place.line ?? 0}:${place.column ?? 0}`;
}

function withoutPath({ path, message }: MusterError): string {
  return path === undefined ? message : message.replace(pathText(path), '');
}

function compareRanks(left: readonly number[], right: readonly number[]): number {
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
