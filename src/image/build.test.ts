import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Build } from '#model/project.ts';
import { withScriptedEngine } from '../../test/engine/scripted-engine.ts';
import { buildImage } from './build.ts';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'muster-choice-'));
  await writeFile(join(root, 'Dockerfile'), 'FROM scratch\n');
});
afterAll(() => rm(root, { recursive: true }));

/** An engine that has the classic builder only, as Podman behind Docker's API. */
async function onClassicEngine(build: Build): Promise<{ readonly outcome: unknown; readonly requests: readonly string[] }> {
  let outcome: unknown;
  let requests: readonly string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.includes('/build?') !== true) {
      response.statusCode = 404;
      response.end('{"message":"page not found"}');
      return;
    }
    request.resume().on('end', () => response.end('{"stream":"Step 1/1 : FROM scratch\\n"}\n{"aux":{"ID":"sha256:made"}}\n'));
  };
  await withScriptedEngine({ answer }, async (scripted) => {
    const request = { service: 'web', tag: 'web', build: { context: root, ...build } };
    const context = { signal: new AbortController().signal, output: () => {}, environment: { DOCKER_CONFIG: root } };
    outcome = await buildImage(scripted.engine, request, context).catch((error: unknown) => error);
    requests = scripted.requests.map((line) => line.replace(/\?.*/, ''));
  });
  return { outcome, requests };
}

test('an engine without BuildKit builds with what it has', async () => {
  const { outcome, requests } = await onClassicEngine({});
  expect(outcome).toEqual({ imageId: 'sha256:made', warnings: [] });
  expect(requests).toEqual(['GET /_ping', 'POST /v1.44/grpc', 'POST /v1.44/build']);
});

test('what needs BuildKit is refused there by name, and nothing is built', async () => {
  const { outcome, requests } = await onClassicEngine({ secrets: [{ source: 'token' }], ssh: ['default'] });
  expect(outcome).toMatchObject({
    code: 'UNSUPPORTED',
    message: expect.stringMatching(
      /^service "web": build\.secrets, build\.ssh need BuildKit, which the engine at unix:\S+ does not have$/,
    ),
  });
  expect(requests.join()).not.toContain('/build');
});

test('a network of its own needs the classic builder, and never asks for another', async () => {
  const { requests } = await onClassicEngine({ network: 'backend' });
  expect(requests).toEqual(['GET /_ping', 'POST /v1.44/build']);
});

test('several platforms are refused before the engine is asked', async () => {
  const { outcome, requests } = await onClassicEngine({ platforms: ['linux/amd64', 'linux/arm64'] });
  expect([outcome, requests]).toEqual([expect.objectContaining({ code: 'UNSUPPORTED' }), []]);
});
