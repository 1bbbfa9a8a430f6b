// `up` without -d: prefixed logs, what ends it, and with which exit code.

import { afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';

let folder: Folder;
beforeAll(() => ensureBusyboxImage());
afterEach(() => folder.cleanUp());

const service = (command: string, more = '') =>
  `{ image: "${busyboxImage}", command: ["sh", "-c", ${JSON.stringify(command)}]${more} }`;
const sleeper = service('trap "exit 0" TERM; echo up; while :; do sleep 0.1; done');

test('up follows the logs until everything has ended, and ends with 0', async () => {
  folder = await folderWith(
    `services:\n  a: ${service('echo from a; sleep 1; exit 3')}\n  longer: ${service('echo from longer')}\n`,
  );
  const { code, stdout } = await folder.muster('up');
  expect(code).toBe(0);
  expect(stdout.split('\n').sort()).toEqual(
    ['', 'a-1 exited with code 3', 'a-1       | from a', 'longer-1  | from longer', 'longer-1 exited with code 0'].sort(),
  );
});

test('Ctrl-C stops the services and ends with 130; nothing runs any more', async () => {
  folder = await folderWith(`services:\n  web: ${sleeper}\n`);
  const up = folder.start(['up']);
  await up.until(/web-1 {2}\| up/);
  up.child.kill('SIGINT');
  const { code, stderr } = await up.finished;
  expect(code).toBe(130);
  expect(stderr).toMatch(/Stopping; Ctrl-C again kills/);
  expect((await folder.muster('ps', '-a', '--format', '{{.Service}} {{.State}} {{.ExitCode}}')).stdout).toBe('web exited 0\n');
});

test('a second Ctrl-C kills', async () => {
  folder = await folderWith(
    `services:\n  web: ${service('trap "" TERM; echo up; while :; do sleep 0.1; done', ', stop_grace_period: 60s')}\n`,
  );
  const up = folder.start(['up']);
  await up.until(/web-1 {2}\| up/);
  up.child.kill('SIGINT');
  await up.until(/Stopping\n/);
  up.child.kill('SIGINT');
  expect((await up.finished).code).toBe(130);
  expect((await folder.muster('ps', '-a', '--format', '{{.State}} {{.ExitCode}}')).stdout).toBe('exited 137\n');
});

test('--abort-on-container-exit stops the others and exits with the code of the one that ended', async () => {
  folder = await folderWith(`services:\n  web: ${sleeper}\n  job: ${service('sleep 1; exit 4')}\n`);
  const { code, stderr } = await folder.muster('up', '--abort-on-container-exit');
  expect(code).toBe(4);
  expect(stderr).toContain(`because ${folder.project}-job-1 has ended`);
  expect((await folder.muster('ps', '--services')).stdout).toBe('');
});

test('--abort-on-container-failure leaves a success alone', async () => {
  folder = await folderWith(
    `services:\n  good: ${service('exit 0')}\n  bad: ${service('exit 5', ', depends_on: { good: { condition: service_completed_successfully } }')}\n  web: ${sleeper}\n`,
  );
  const { code, stdout } = await folder.muster('up', '--abort-on-container-failure');
  expect(code).toBe(5);
  expect(stdout).toContain('good-1 exited with code 0');
});

test('--exit-code-from exits with that service’s code, also when another one ends first', async () => {
  folder = await folderWith(
    `services:\n  job: ${service('exit 1', ', depends_on: { web: { condition: service_healthy } }')}\n  web: ${service('trap "exit 7" TERM; touch /trapped; while :; do sleep 0.1; done', ', healthcheck: { test: test -e /trapped, interval: 0.2s, retries: 10000 }')}\n`,
  );
  expect((await folder.muster('up', '--exit-code-from', 'web')).code).toBe(7);
});

test('a replica that restarts is followed on, and one that is started meanwhile, too', async () => {
  folder = await folderWith(
    `services:\n  web: ${sleeper}\n  flaky: ${service('date +%s%N >> /tmp/lives; echo life $(wc -l < /tmp/lives); sleep 0.5; exit 1', ', restart: "on-failure:2"')}\n`,
  );
  const up = folder.start(['up']);
  await up.until(/life 3/);
  expect(up.output().stdout.match(/flaky-1 {2}\| life \d/g)).toEqual([
    'flaky-1  | life 1',
    'flaky-1  | life 2',
    'flaky-1  | life 3',
  ]);
  expect((await folder.muster('scale', 'web=2')).code).toBe(0);
  await up.until(/web-2 {4}\| up/);
  up.child.kill('SIGINT');
  await up.finished;
});

test('--no-attach, --attach, --no-log-prefix and attach: false choose what is printed', async () => {
  folder = await folderWith(
    `services:\n  a: ${service('echo A; sleep 1')}\n  b: ${service('echo B; sleep 1')}\n  quiet: ${service('echo Q; sleep 1', ', attach: false')}\n`,
  );
  const lines = async (...flags: string[]) =>
    (await folder.muster('up', '--no-log-prefix', '--force-recreate', ...flags)).stdout
      .split('\n')
      .filter((line) => /^[ABQ]$/.test(line))
      .sort()
      .join('');
  expect(await lines()).toBe('AB');
  expect(await lines('--no-attach', 'a')).toBe('B');
  expect(await lines('--attach', 'quiet')).toBe('Q');
});

test('up --wait returns once all is healthy, and a job that exits with 0 is fine', async () => {
  folder = await folderWith(
    `services:\n  job: ${service('exit 0')}\n  web: ${service('sleep 1; touch /ok; sleep 1000', ', stop_signal: KILL, healthcheck: { test: test -e /ok, interval: 0.2s, retries: 10000 }')}\n`,
  );
  expect((await folder.muster('up', '--wait')).code).toBe(0);
  expect((await folder.muster('ps', '--format', '{{.Health}}')).stdout).toBe('healthy\n');
});
