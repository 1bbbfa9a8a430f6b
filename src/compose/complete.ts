// Loading waits for nothing: what a pass lacks of other machines is fetched, and then the pass is made again.

import type { LoadOptions } from './options.ts';
import { Problems } from './problems.ts';
import { Remotes } from './remotes.ts';

type Pass<Result> = (problems: Problems, remotes: Remotes) => Result;

/** What the pass yields when it found no problem; throws all that it found otherwise. */
export async function complete<Result>({ fetchRemote }: LoadOptions, pass: Pass<Result>): Promise<Result> {
  const remotes = new Remotes();
  for (;;) {
    const problems = new Problems();
    const result = problems.attempt(
      () => pass(problems, remotes),
      (problem) => {
        problems.add(problem);
        return null;
      },
    );
    if (await remotes.fetchMissing(fetchRemote)) continue;
    problems.throwIfAny();
    // A pass that yields nothing has added a problem, which was thrown.
    return result as Result;
  }
}
