// A folder to build in, an engine to build on, and a look at what came out.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ContainerCreated } from '#engine/api/container.ts';
import { demultiplex } from '#engine/demultiplex.ts';
import type { Engine } from '#engine/engine.ts';
import { openEngine } from '#engine/open.ts';
import { buildImage } from '#image/build.ts';
import type { BuildRequest } from '#image/build-request.ts';
import { removeImage } from '#image/local-images.ts';
import type { Build } from '#model/project.ts';
import { ensureBusyboxImage } from '../support/images.ts';
import { removeLabelled } from './clean-up.ts';

type Extra = Partial<BuildRequest> & {
  readonly signal?: AbortSignal;
  readonly environment?: Readonly<Record<string, string>>;
  readonly output?: (line: string) => void;
  readonly progress?: (line: string) => void;
};

type Outcome = {
  readonly imageId: string;
  readonly warnings: readonly string[];
  readonly output: string[];
  readonly progress: string[];
};

export type BuildBench = {
  readonly engine: Engine;
  /** An image with a shell. */
  readonly base: string;
  readonly tag: string;
  /** The build context; a fresh one for every test. */
  root: string;
  write(path: string, content: string | Uint8Array): Promise<void>;
  build(section?: Build, extra?: Extra): Promise<Outcome>;
  /** What a container of the built image prints. */
  run(...command: string[]): Promise<string>;
  begin(): Promise<void>;
  end(): Promise<void>;
  close(): Promise<void>;
};

export async function openBuildBench(dockerHost?: string): Promise<BuildBench> {
  const base = await ensureBusyboxImage(dockerHost);
  const engine = openEngine({ environment: dockerHost === undefined ? {} : { DOCKER_HOST: dockerHost } });
  const tag = `muster-test-image-build:${process.pid}`;
  const bench: BuildBench = {
    engine,
    base,
    tag,
    root: '',
    async write(path, content) {
      await mkdir(dirname(join(bench.root, path)), { recursive: true });
      await writeFile(join(bench.root, path), content);
    },
    async build(section = {}, { signal, environment, output, progress, ...extra } = {}) {
      const lines: string[] = [];
      const steps: string[] = [];
      const request = {
        service: 'web',
        build: { context: bench.root, ...section },
        tag,
        labels: { 'muster-test': 'image' },
        ...extra,
      };
      const built = await buildImage(engine, request, {
        signal: signal ?? new AbortController().signal,
        output: (line) => {
          lines.push(line);
          output?.(line);
        },
        progress: (line) => {
          steps.push(line);
          progress?.(line);
        },
        environment: { PATH: process.env.PATH, DOCKER_CONFIG: bench.root, ...environment },
      });
      return { ...built, output: lines, progress: steps };
    },
    async run(...command) {
      const body = { Image: tag, Cmd: command, HostConfig: { NetworkMode: 'none' } };
      const { Id } = await engine.json<ContainerCreated>({ path: '/containers/create', method: 'POST', body });
      try {
        await engine.json({ path: `/containers/${Id}/start`, method: 'POST' });
        await engine.json({ path: `/containers/${Id}/wait`, method: 'POST' });
        const logs = await engine.stream({ path: `/containers/${Id}/logs`, query: { stdout: true, stderr: true } });
        const { stdout, stderr } = demultiplex(logs);
        stderr.resume();
        return await text(stdout);
      } finally {
        await engine.json({ path: `/containers/${Id}`, method: 'DELETE', query: { force: true } });
      }
    },
    async begin() {
      bench.root = await mkdtemp(join(tmpdir(), 'muster-build-'));
    },
    async end() {
      await removeImage(engine, tag, { force: true });
      await rm(bench.root, { recursive: true });
    },
    async close() {
      await removeLabelled(engine, 'muster-test=image');
      engine.close();
    },
  };
  return bench;
}
