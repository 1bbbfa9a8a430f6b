// An engine of the test's own that dies in the middle of a run, comes back, or runs out of disk.

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { busyboxImage, ensureBusyboxImage } from '../support/images.ts';
import { type Folder, folderWith } from '../support/muster.ts';
import { type PrivateEngine, privateEngine } from '../support/parts/private-engine.ts';

const services = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const stack = `services:\n${services.map((name) => `  ${name}: { image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL }\n`).join('')}`;

let engine: PrivateEngine;
let folder: Folder | undefined;
beforeAll(async () => {
  engine = await privateEngine({ folder: await mkdtemp(join(tmpdir(), 'mpe-')), diskMegabytes: 400 });
  await ensureBusyboxImage(engine.endpoint);
});
afterEach(async () => {
  await folder?.cleanUp();
  folder = undefined;
});
afterAll(() => engine.remove());

const make = async (compose: string): Promise<Folder> =>
  (folder = await folderWith(compose, { env: { DOCKER_HOST: engine.endpoint } }));

test('an engine that is restarted during up: the run ends with a clear error, and the next one completes it', async () => {
  const at = await make(stack);
  const running = at.start(['up', '-d']);
  await running.until(/started/i);
  await engine.restart();
  const interrupted = await running.finished;
  if (interrupted.code !== 0) {
    expect(interrupted.stderr).toMatch(/engine/i);
    expect(interrupted.stderr).toMatch(/again/);
    expect(interrupted.stderr).not.toMatch(/\n\s+at /);
  }
  const next = await at.muster('up', '-d');
  expect(next.code, next.stderr).toBe(0);
  expect((await at.muster('ps', '--services')).stdout.trim().split('\n').sort()).toEqual(services);
  expect((await at.muster('receipts', 'verify')).code).toBe(0);
});

test('an engine that is killed while containers start: the run says so once, and the next one completes it', async () => {
  // Nothing but the engine's end ends it: the last one waits for what never comes.
  const gate = `  gate: { image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL, healthcheck: { test: test -e /never, retries: 1000 } }\n`;
  const last = `  last: { image: "${busyboxImage}", command: sleep 1000, depends_on: { gate: { condition: service_healthy } } }\n`;
  const at = await make(stack + gate + last);
  const running = at.start(['up', '-d']);
  await running.until(/started/i);
  await engine.kill();
  const interrupted = await running.finished;
  await engine.start();
  expect(interrupted.code).toBe(1);
  expect(interrupted.stderr.match(/code: ENGINE_LOST/g)).toHaveLength(1);
  await at.write('compose.yaml', stack);
  const next = await at.muster('up', '-d', '--remove-orphans');
  expect(next.code, next.stderr).toBe(0);
  expect((await at.muster('ps', '--services')).stdout.trim().split('\n').sort()).toEqual(services);
});

test('an engine that is killed while a health check is awaited ends the wait with an error instead of hanging', async () => {
  const at = await make(`
services:
  db:
    image: ${busyboxImage}
    command: sleep 1000
    stop_signal: KILL
    healthcheck: { test: test -e /never, interval: 0.5s, retries: 1000 }
  web:
    image: ${busyboxImage}
    command: sleep 1000
    depends_on: { db: { condition: service_healthy } }
`);
  const running = at.start(['up', '-d']);
  await running.until(/db.*started/i);
  await engine.kill();
  const ended = await running.finished;
  await engine.start();
  expect(ended.code).toBe(1);
  expect(ended.stderr).toMatch(/engine/i);
});

test('a full disk under the engine is reported in its words and leaves what ran alone', async () => {
  const at = await make(`services:\n  a: { image: "${busyboxImage}", command: sleep 1000, stop_signal: KILL }\n`);
  expect((await at.muster('up', '-d')).code).toBe(0);
  const before = (await at.muster('ps', '-q')).stdout;
  await at.write('Dockerfile', `FROM ${busyboxImage}\nRUN dd if=/dev/zero of=/big bs=1M count=600\n`);
  await at.write('compose.yaml', 'services:\n  a: { build: ., command: sleep 1000 }\n');
  const up = await at.muster('up', '-d');
  expect(up.code).not.toBe(0);
  expect(up.stderr).toMatch(/no space left/i);
  expect((await at.muster('ps', '-q')).stdout).toBe(before);
});
