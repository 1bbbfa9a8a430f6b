// `config` of applications of several sizes, with the keys that such files have: what every command pays before it does anything.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Figures, figuresOf } from './figures.ts';
import type { Tool } from './lifecycle.ts';
import { measure } from './measure.ts';

export type ConfigResult = {
  readonly services: number;
  readonly lines: number;
  /** Of each tool, ours first. */
  readonly cpuMs: readonly Figures[];
  readonly wallMs: readonly Figures[];
  readonly peakMegabytes: readonly number[];
};

export async function configOf(tools: readonly Tool[], services: number, runs: number): Promise<ConfigResult> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const text = application(services);
  await writeFile(join(folder, 'compose.yaml'), text);
  const samples = tools.map(() => [] as Awaited<ReturnType<typeof measure>>[]);
  for (let run = 0; run < runs; run++)
    for (const [index, tool] of tools.entries()) samples[index]?.push(await measure({ ...tool.command('config'), cwd: folder }));
  await rm(folder, { recursive: true });
  return {
    services,
    lines: text.split('\n').length - 1,
    cpuMs: samples.map((own) => figuresOf(own.map(({ cpuMs }) => cpuMs))),
    wallMs: samples.map((own) => figuresOf(own.map(({ wallMs }) => wallMs))),
    peakMegabytes: samples.map((own) => Math.max(...own.map(({ peakMegabytes }) => peakMegabytes))),
  };
}

/** 57 services have about 800 lines. */
function application(count: number): string {
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return `name: bench\nx-logging: &logging { driver: json-file, options: { max-size: 10m } }\nservices:\n${numbers.map(service).join('')}volumes:\n${numbers
    .filter((number) => number % 10 === 1)
    .map((number) => `  data${number}:\n`)
    .join('')}`;
}

function service(number: number): string {
  return `  s${number}:
    image: registry.example/app/s${number}:\${TAG:-1.${number % 9}}
    restart: unless-stopped
    logging: *logging
    command: serve --port 80 --name "s${number}"
    environment:
      LOG_LEVEL: \${LOG_LEVEL:-info}
      PORT: "80"
      URL: http://s${number}:80/
    ports: ["127.0.0.1:${10_000 + number}:80"]
    volumes: ["data${number - ((number - 1) % 10)}:/data", "./conf/s${number}:/etc/s:ro"]
    depends_on: [${number % 10 === 1 ? '' : `s${number - 1}`}]
    healthcheck: { test: curl -f http://localhost, interval: 10s, timeout: 5s, retries: 3 }
    labels: { example.role: s${number} }
`;
}
