import { MusterError } from '#lib/errors.ts';

export type FailedStep = {
  /** `step 2/3 (RUN make)`; '' when it failed outside of any. */
  readonly place: string;
  /** The end of what the step said. */
  readonly lastLines: readonly string[];
};

/** BUILD_FAILED in the builder's own words, with the place and the last lines of the step. */
export function buildFailure(service: string, reason: string, step: FailedStep, cause?: unknown): MusterError {
  const place = step.place === '' ? '' : ` at ${step.place}`;
  const tail = step.lastLines.map((line) => `\n  ${line}`).join('');
  return new MusterError('BUILD_FAILED', `the build of service "${service}" failed${place}: ${plain(reason)}${tail}`, {
    hint: hintFor(`${step.place}: ${reason}`),
    cause,
  });
}

/** Without what the builder's layers put in front of the words. */
const plain = (reason: string): string =>
  reason
    .trim()
    .replace(/^(failed to solve[^:]*: |rpc error: code = \w+ desc = |NotFound: |failed to calculate checksum of ref \S+: )+/, '');

function hintFor(reason: string): string {
  if (/requires? BuildKit/i.test(reason))
    return 'this Dockerfile needs BuildKit: unset DOCKER_BUILDKIT=0, or use an engine that has it';
  if (/entitlement/i.test(reason))
    return 'the engine does not grant that to builds: see "builder" in its daemon.json, or leave it out';
  if (/secret .*not found/i.test(reason)) return 'list the secret in build.secrets: the id is its target, or else its name';
  if (/no ssh|ssh .*(forward|agent|unset|not found)/i.test(reason)) return 'name the agent or key in build.ssh';
  if (reason.startsWith('resolve image config'))
    return "the engine can't pull what the Dockerfile's `# syntax=` line names: without that line it uses its own";
  if (
    /pull access denied|manifest .*(unknown|not found)|no such host|repository .* not found|failed to resolve source metadata|failed to do request/i.test(
      reason,
    )
  )
    return 'the base image in FROM can not be had: check its name, log in to its registry, or build it first';
  if (/dockerfile parse error|unknown instruction|no build stage|failed to (read|parse) dockerfile/i.test(reason))
    return 'correct the Dockerfile at the place named above';
  if (/COPY failed|ADD failed|failed to (compute cache key|calculate checksum)|"\/.*":? not found/.test(reason))
    return 'check the path, and that .dockerignore does not leave it out';
  return 'the last lines of the step say why; `muster build` shows all of them';
}
