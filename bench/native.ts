// Native services: up and down of many, side by side with supervisord; what the agent costs when idle; one call to it; log capture.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentClient } from '#api/agent/client.ts';
import { agentPlaces } from '#api/agent/places.ts';
import { run as runProgram } from '../tools/parts/run.ts';
import { ensurePrograms } from '../tools/parts/debian.ts';
import { until } from '../tools/parts/until.ts';
import { type Figures, figuresOf } from './figures.ts';
import type { Tool } from './lifecycle.ts';
import { type Sample, measure } from './measure.ts';
import { Supervisor } from './supervisor.ts';

export type NativeResult = {
  /** In ms, in the order muster, supervisord. */
  readonly starts: readonly { readonly count: number; readonly up: readonly Figures[]; readonly down: readonly Figures[] }[];
  readonly idle: { readonly services: number; readonly megabytes: number; readonly cpuPercent: number };
  /** Microseconds of one call on an open connection. */
  readonly call: { readonly median: number; readonly p99: number; readonly count: number };
  readonly logs: { readonly services: number; readonly lines: number; readonly perSecond: number; readonly whole: number };
};

export type NativeSizes = { readonly counts: readonly number[]; readonly rounds: number; readonly idleSeconds: number };

export async function native(muster: Tool, { counts, rounds, idleSeconds }: NativeSizes): Promise<NativeResult> {
  await ensurePrograms({ supervisord: 'supervisor' }, 'to compare native services with');
  const folder = await mkdtemp(join(tmpdir(), 'muster-native-'));
  const runtimeDirectory = await mkdtemp(join(volatile, 'muster-native-'));
  const bench = new NativeBench(muster, folder, runtimeDirectory);
  try {
    await bench.keepAgent();
    const starts = [];
    for (const count of counts) starts.push(await bench.starts(count, count >= 1000 ? Math.min(rounds, 3) : rounds));
    return { starts, idle: await bench.idle(100, idleSeconds), call: await bench.call(5000), logs: await bench.logs(20, 50_000) };
  } finally {
    await bench.close();
    for (const path of [folder, runtimeDirectory]) await rm(path, { recursive: true, force: true });
  }
}

/** Where systemd puts runtime directories, too: tmpfs. */
const volatile = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

class NativeBench {
  readonly #muster: Tool;
  readonly #folder: string;
  readonly #runtimeDirectory: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(muster: Tool, folder: string, runtimeDirectory: string) {
    this.#muster = muster;
    this.#folder = folder;
    this.#runtimeDirectory = runtimeDirectory;
    this.#env = { XDG_STATE_HOME: join(folder, 'state'), XDG_RUNTIME_DIR: runtimeDirectory };
  }

  /** One service in another project: the agent runs before anything is measured. */
  async keepAgent(): Promise<void> {
    await this.#write('keeper', sleepers(1));
    await this.#run('keeper', 'up', '-d');
  }

  async starts(count: number, rounds: number): Promise<NativeResult['starts'][number]> {
    const project = `many${count}`;
    await this.#write(project, sleepers(count));
    const supervisor = await Supervisor.open(join(this.#folder, `supervisor-${count}`), count);
    const samples = { up: [[], []] as number[][], down: [[], []] as number[][] };
    const lanes = [
      { up: () => this.#run(project, 'up', '-d'), down: () => this.#run(project, 'down', '-t', '1') },
      { up: () => supervisor.control('start', 'all'), down: () => supervisor.control('stop', 'all') },
    ];
    try {
      for (let round = 0; round < rounds; round++)
        for (const [index, lane] of round % 2 === 0 ? [...lanes.entries()] : [...lanes.entries()].toReversed())
          for (const action of ['up', 'down'] as const) samples[action][index]?.push((await lane[action]()).wallMs);
    } finally {
      await supervisor.close();
    }
    return { count, up: samples.up.map(figuresOf), down: samples.down.map(figuresOf) };
  }

  async idle(services: number, seconds: number): Promise<NativeResult['idle']> {
    await this.#write('idle', sleepers(services));
    await this.#run('idle', 'up', '-d');
    const client = await this.#client();
    const before = await client.call('stats', {});
    await new Promise((resolve) => {
      setTimeout(resolve, seconds * 1000);
    });
    const after = await client.call('stats', {});
    client.close();
    await this.#run('idle', 'down', '-t', '1');
    const cpuPercent = ((after.cpuSeconds - before.cpuSeconds) / seconds) * 100;
    return { services, megabytes: after.rssBytes / 1024 / 1024, cpuPercent };
  }

  async call(count: number): Promise<NativeResult['call']> {
    const client = await this.#client();
    const micros: number[] = [];
    for (let index = 0; index < count + 500; index++) {
      const started = performance.now();
      await client.call('ping', {});
      // The first calls are for the compiler.
      if (index >= 500) micros.push((performance.now() - started) * 1000);
    }
    client.close();
    micros.sort((a, b) => a - b);
    return { median: micros[Math.floor(count / 2)] ?? NaN, p99: micros[Math.floor(count * 0.99)] ?? NaN, count };
  }

  /** Every service writes as fast as it can; each of its lines must be kept, whole and in order. */
  async logs(services: number, lines: number): Promise<NativeResult['logs']> {
    const command = `["seq", "-f", "%.0f a line of some sixty characters, as programs write them", "${lines}"]`;
    const list = Array.from(
      { length: services },
      (_, index) => `  s${index}: { command: ${command}, x-muster: { runtime: process } }\n`,
    );
    await this.#write('flood', `name: flood\nservices:\n${list.join('')}`);
    const started = performance.now();
    await this.#run('flood', 'up', '-d');
    const client = await this.#client();
    await until(
      async () => (await client.call('list', { project: 'flood' })).replicas.every((replica) => replica.state === 'exited'),
      60_000,
      'the writers to end',
    );
    const tookSeconds = (performance.now() - started) / 1000;
    client.close();
    let whole = 0;
    for (let index = 0; index < services; index++) {
      const { program, args } = this.#muster.command(
        ...this.#words('flood'),
        'logs',
        '--no-log-prefix',
        '--no-color',
        `s${index}`,
      );
      const { stdout } = await runProgram(program, args, { env: this.#env });
      let expected = 1;
      for (const line of stdout.split('\n')) {
        if (line === `${expected} a line of some sixty characters, as programs write them`) whole++;
        expected++;
      }
    }
    await this.#run('flood', 'down', '-t', '1');
    return { services, lines: services * lines, perSecond: (services * lines) / tookSeconds, whole };
  }

  async close(): Promise<void> {
    await this.#run('keeper', 'down', '-t', '1').catch(() => {});
  }

  async #client(): Promise<AgentClient> {
    const { socket } = agentPlaces({
      stateDirectory: join(this.#folder, 'state/muster'),
      runtimeDirectory: join(this.#runtimeDirectory, 'muster'),
    });
    return AgentClient.over(connect(socket));
  }

  #words(project: string): string[] {
    return ['--runtime', 'process', '-f', join(this.#folder, `${project}.yaml`)];
  }

  #run(project: string, ...words: string[]): Promise<Sample> {
    return measure({ ...this.#muster.command(...this.#words(project), ...words), env: this.#env });
  }

  async #write(project: string, text: string): Promise<void> {
    await writeFile(join(this.#folder, `${project}.yaml`), text.startsWith('name:') ? text : `name: ${project}\n${text}`);
  }
}

function sleepers(count: number): string {
  const services = Array.from(
    { length: count },
    (_, index) => `  s${index + 1}: { command: sleep 1000000, x-muster: { runtime: process } }\n`,
  );
  return `services:\n${services.join('')}`;
}
