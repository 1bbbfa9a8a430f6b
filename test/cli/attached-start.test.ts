// `up` without -d while it is still starting: what has started is heard at once, and nothing of it is lost or comes twice.

import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, type Running, folderWith } from '../support/muster.ts';

let folder: Folder;
let up: Running | undefined;
beforeAll(() => ensureBusyboxImage());
afterEach(async () => {
  up?.child.kill('SIGKILL');
  await up?.finished;
  up = undefined;
  await folder.cleanUp();
});

type Kind = 'docker' | 'process';

const service = (kind: Kind, command: string, more = '') =>
  `{ ${kind === 'docker' ? `image: "${busyboxImage}"` : 'x-muster: { runtime: process }'}, command: ["sh", "-c", ${JSON.stringify(command.replaceAll('$', '$$$$'))}]${more} }`;
/** Ends well when it is asked to, from the moment it speaks; without the shell's word about the sleep that is ended with it. */
const speaking = (word: string, more = '') =>
  `exec 2> /dev/null; trap "exit 0" TERM; echo ${word}; while :; do sleep 0.1;${more} done`;
/** Healthy once the test says so. */
const slow = (kind: Kind, more = '') =>
  service(kind, speaking('waking'), `, healthcheck: { test: "test -e ${marker(kind)}", interval: 0.2s, retries: 10000 }${more}`);
const marker = (kind: Kind) => (kind === 'docker' ? '/ready' : 'ready');
const makeHealthy = (kind: Kind) =>
  kind === 'docker' ? folder.muster('exec', 'db', 'touch', marker(kind)) : folder.write(marker(kind), '');
const needs = (name: string, condition: string) => `, depends_on: { ${name}: { condition: ${condition} } }`;
const linesOf = (text: string, name: string) => text.split('\n').filter((line) => line.startsWith(`${name} `));

describe.each<[Kind, Kind]>([
  ['docker', 'docker'],
  ['process', 'process'],
  ['docker', 'process'],
])('%s, then %s', (first, second) => {
  test('a slow dependency is heard before its dependents start', async () => {
    folder = await folderWith(
      `services:\n  db: ${slow(first)}\n  web: ${service(second, speaking('serving'), needs('db', 'service_healthy'))}\n`,
    );
    up = folder.start(['up']);
    await up.until(/^db-1 {3}\| waking$/m);
    expect(up.output().stderr).not.toMatch(/web-1 {2}Start/);
    await makeHealthy(first);
    await up.until(/^web-1 {2}\| serving$/m);
    up.child.kill('SIGINT');
    const { code, stdout } = await up.finished;
    expect(code).toBe(130);
    expect(stdout.split('\n').filter((line) => line.includes('|'))).toEqual(['db-1   | waking', 'web-1  | serving']);
  });

  test('each of a thousand lines of a job comes once, in order, while others still start', async () => {
    const job = 'i=0; while [ $i -lt 1000 ]; do i=$((i+1)); echo line $i; done';
    folder = await folderWith(
      `services:\n  job: ${service(first, job)}\n  after: ${service(second, 'echo and on', needs('job', 'service_completed_successfully'))}\n  db: ${slow(first)}\n  last: ${service(second, 'echo last', needs('db', 'service_healthy'))}\n`,
    );
    up = folder.start(['up']);
    await up.until(/^job-1 exited with code 0$/m);
    expect(up.output().stderr).not.toMatch(/last-1 {2}Start/);
    await makeHealthy(first);
    await up.until(/^last-1 exited/m);
    up.child.kill('SIGINT');
    const { stdout } = await up.finished;
    expect(linesOf(stdout, 'job-1')).toEqual([
      ...Array.from({ length: 1000 }, (_, index) => `job-1    | line ${index + 1}`),
      'job-1 exited with code 0',
    ]);
    expect(linesOf(stdout, 'after-1')).toEqual(['after-1  | and on', 'after-1 exited with code 0']);
  });
});

describe.each<Kind>(['docker', 'process'])('%s', (kind) => {
  test('a failed start shows what the unhealthy dependency had to say, and leaves it running', async () => {
    folder = await folderWith(
      `services:\n  db: ${service(kind, speaking('no disk; touch spoken'), `, healthcheck: { test: "until test -e spoken; do sleep 0.1; done; false", interval: 0.1s, retries: 1 }`)}\n  web: ${service(kind, 'echo never', needs('db', 'service_healthy'))}\n`,
    );
    const { code, stdout, stderr } = await folder.muster('up');
    expect(code).toBe(1);
    expect(stdout).toBe('db-1   | no disk\n');
    expect(stderr).toContain('unhealthy');
    expect((await folder.muster('ps', '--services')).stdout).toBe('db\n');
  });

  test('Ctrl-C in the middle of starting stops what has started and says what was not done', async () => {
    folder = await folderWith(
      `services:\n  db: ${slow(kind)}\n  web: ${service(kind, 'echo never', needs('db', 'service_healthy'))}\n`,
    );
    up = folder.start(['up']);
    await up.until(/waking/);
    up.child.kill('SIGINT');
    const { code, stdout, stderr } = await up.finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/Stopping; Ctrl-C again kills/);
    expect(stderr).toMatch(/not done: .*web-1 \(starting\)/);
    expect(stdout).toBe('db-1   | waking\ndb-1 exited with code 0\n');
    expect((await folder.muster('ps', '--services')).stdout).toBe('');
  });
});

test('a second Ctrl-C in the middle of starting kills', async () => {
  folder = await folderWith(
    `services:\n  db: ${service('docker', 'trap "" TERM; echo waking; while :; do sleep 0.1; done', ', stop_grace_period: 60s, healthcheck: { test: "false", interval: 0.2s, retries: 10000 }')}\n  web: ${service('docker', 'echo never', needs('db', 'service_healthy'))}\n`,
  );
  up = folder.start(['up']);
  await up.until(/waking/);
  up.child.kill('SIGINT');
  await up.until(/db-1 {2}Stopping\n/);
  up.child.kill('SIGINT');
  expect((await up.finished).code).toBe(130);
  expect((await folder.muster('ps', '-a', 'db', '--format', '{{.State}} {{.ExitCode}}')).stdout).toBe('exited 137\n');
});

test('a replica that restarts while others start is heard in every life', async () => {
  const flaky = 'date +%s%N >> /tmp/lives; echo life $(wc -l < /tmp/lives); sleep 0.3; exit 1';
  folder = await folderWith(
    `services:\n  db: ${slow('docker')}\n  web: ${service('docker', 'echo served', needs('db', 'service_healthy'))}\n  flaky: ${service('docker', flaky, ', restart: "on-failure:2"')}\n`,
  );
  up = folder.start(['up']);
  await up.until(/life 3/);
  expect(linesOf(up.output().stdout, 'flaky-1').filter((line) => line.includes('|'))).toEqual([
    'flaky-1  | life 1',
    'flaky-1  | life 2',
    'flaky-1  | life 3',
  ]);
  await makeHealthy('docker');
  await up.until(/served/);
});

test('--abort-on-container-exit does not wait until all has started', async () => {
  folder = await folderWith(
    `services:\n  db: ${slow('docker')}\n  web: ${service('docker', 'echo never', needs('db', 'service_healthy'))}\n  job: ${service('docker', 'exit 4')}\n`,
  );
  const { code, stdout, stderr } = await folder.muster('up', '--abort-on-container-exit');
  expect(code).toBe(4);
  expect(stderr).toContain(`because ${folder.project}-job-1 has ended`);
  expect(stdout).not.toContain('never');
  expect((await folder.muster('ps', '--services')).stdout).toBe('');
});

test('--exit-code-from lets the service that is asked for start, also when another one ends before', async () => {
  folder = await folderWith(
    `services:\n  job: ${service('docker', 'exit 0')}\n  db: ${slow('docker')}\n  tests: ${service('docker', 'exit 7', needs('db', 'service_healthy'))}\n`,
  );
  up = folder.start(['up', '--exit-code-from', 'tests']);
  await up.until(/job-1 exited with code 0/);
  expect(up.output().stderr).not.toContain('Stopping everything');
  await makeHealthy('docker');
  expect((await up.finished).code).toBe(7);
});

test('the end of a replica that is replaced ends nothing, and what goes on running is heard from the beginning of the run', async () => {
  const beat = (word: string) => service('docker', speaking(word, ' test -e /say && echo beat && rm /say;'));
  folder = await folderWith(`services:\n  db: ${beat('db')}\n  web: ${beat('old')}\n`);
  await folder.muster('up', '-d');
  await folder.write(
    'compose.yaml',
    `services:\n  db: ${beat('db')}\n  web: ${service('docker', speaking('new'), ', healthcheck: { test: "test -e /ready", interval: 0.2s, retries: 10000 }')}\n  last: ${service('docker', 'echo never', needs('web', 'service_healthy'))}\n`,
  );
  up = folder.start(['up', '--abort-on-container-exit']);
  await up.until(/web-1 .*\| new/);
  await folder.muster('exec', 'db', 'touch', '/say');
  await up.until(/db-1 .*\| beat/);
  expect(up.output().stderr).not.toContain('Stopping everything');
  up.child.kill('SIGINT');
  const { stdout } = await up.finished;
  expect(stdout).not.toContain('old');
});

test('while others start, too, only those are heard that were asked for', async () => {
  folder = await folderWith(
    `services:\n  db: ${slow('process')}\n  quiet: ${service('process', 'echo hush', ', attach: false')}\n  web: ${service('process', speaking('serving'), `, depends_on: { db: { condition: service_healthy }, quiet: { condition: service_completed_successfully } }`)}\n`,
  );
  up = folder.start(['up', '--attach-dependencies', 'web']);
  await up.until(/waking/);
  await makeHealthy('process');
  await up.until(/serving/);
  up.child.kill('SIGINT');
  expect((await up.finished).stdout).not.toContain('hush');

  up = folder.start(['up', 'web']);
  await up.until(/serving/);
  up.child.kill('SIGINT');
  expect((await up.finished).stdout).not.toContain('waking');
});

test('Ctrl-C before anything has started leaves alone what ran before', async () => {
  const build = ', build: { context: ., dockerfile_inline: "FROM ' + busyboxImage + '\\nRUN echo building; sleep 1000" }';
  folder = await folderWith(`services:\n  db: ${service('docker', speaking('up'))}\n`);
  await folder.muster('up', '-d');
  await folder.write(
    'compose.yaml',
    `services:\n  db: ${service('docker', speaking('up'))}\n  web: ${service('docker', 'echo never', build).replace(/image: "[^"]*", /, '')}\n`,
  );
  up = folder.start(['up']);
  await up.until(/building/);
  up.child.kill('SIGINT');
  const { code, stderr } = await up.finished;
  expect(code).toBe(130);
  expect(stderr).toMatch(/interrupted; not done: /);
  expect((await folder.muster('ps', '--services')).stdout).toBe('db\n');
});
