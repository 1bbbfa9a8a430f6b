// Broken Compose files in any number: whatever a file holds, it is loaded or refused, in seconds and in less than a gigabyte.
//   node test/fuzz/compose-fuzz.ts --seconds 600 [--seed 7]

import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { caseFolder, caseNames, expectedFile } from '../compose-cases/cases.ts';
import { mistakes } from '../compose-mistakes/mistakes.ts';
import { monsters, type Monster } from './monsters.ts';
import { mutate } from './mutate.ts';
import { randomFrom } from './random.ts';
import type { Outcome } from './child.ts';

type Files = Readonly<Record<string, string>>;
export type Finding = { readonly name: string; readonly why: string; readonly files: Readonly<Record<string, string>> };
export type FuzzOptions = {
  readonly seconds: number;
  readonly seed: number;
  readonly tell?: (name: string, ms: number, outcome: Outcome) => void;
};
export type FuzzResult = {
  readonly runs: number;
  readonly loaded: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
};

/** Of processor time: on a busy machine a slow file is not a hanging one. */
const secondsPerFile = 10;
const wallSecondsPerFile = 120;
const megabytesPerFile = 1024;

/** Monsters for the first half of the time (two minutes are enough for all of them), then mutations. */
export async function fuzz(options: FuzzOptions): Promise<FuzzResult> {
  const random = randomFrom(options.seed);
  const start = Date.now();
  const result = { runs: 0, loaded: 0, refused: 0, findings: [] as Finding[] };
  const spent = (): number => (Date.now() - start) / 1000 / options.seconds;
  for (const monster of shuffled(monsters, random)) {
    if (spent() > 0.5) break;
    // A process for each: what one leaves behind is not the next one's.
    const loader = new Loader();
    await run(monster, loader, result, options);
    loader.close();
  }
  let loader = new Loader();
  for (const mutation of mutations(options.seed, random)) {
    if (spent() > 1) break;
    await run(mutation, loader, result, options);
    if (!loader.isOver) continue;
    loader.close();
    loader = new Loader();
  }
  loader.close();
  return result;
}

type Counting = { runs: number; loaded: number; refused: number; readonly findings: Finding[] };

async function run({ name, files }: Monster, loader: Loader, result: Counting, { tell }: FuzzOptions): Promise<void> {
  const started = Date.now();
  const outcome = await loader.load(files);
  tell?.(name, Date.now() - started, outcome);
  result.runs++;
  if (outcome.kind === 'crashed') result.findings.push({ name, why: outcome.stack, files });
  else {
    result[outcome.kind]++;
    if (outcome.megabytes > megabytesPerFile) result.findings.push({ name, why: `took ${outcome.megabytes} MiB`, files });
  }
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ item }) => item);
}

function* mutations(seed: number, random: () => number): Generator<Monster> {
  const valid = validFiles();
  const wrong = mistakes.map(({ files }) => files);
  for (let round = 0; ; round++) {
    const own = pick(random() < 0.9 ? valid : wrong, random);
    const [name, text] = pick(Object.entries(own), random);
    const other = Object.values(pick(valid, random))[0] ?? '';
    yield { name: `mutation ${round} of seed ${seed}`, files: { ...own, [name]: mutate(text, other, random) } };
  }
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  // The lists here are never empty.
  return items[Math.floor(random() * items.length)] as Item;
}

/** As YAML and as TOML. */
function validFiles(): readonly Files[] {
  const cases = caseNames().map((name) => filesIn(caseFolder(name)));
  const toml = {
    'compose.toml':
      'name = "a"\n[services.web]\nimage = "nginx:${TAG:-1}"\nports = ["80:80", { target = 1, published = "2" }]\n"build".context = "."\n' +
      '[[services.web.volumes]]\ntype = "volume"\nsource = \'d\'\ntarget = """/d"""\n[services.web.environment]\nA = { x-null = true }\nB = 1.5\n[volumes.d]\n',
  };
  const override = {
    'compose.yaml': 'services:\n  a: { image: x, ports: ["80:80"], environment: { A: b } }\n',
    'compose.override.yaml': 'services:\n  a: { ports: !override ["81:80"], environment: !reset null, build: . }\n',
  };
  const extended = {
    'compose.yaml': 'include: [inc.yaml]\nservices:\n  a: { extends: { file: base.yaml, service: b } }\n',
    'base.yaml': 'services:\n  b: { image: x, volumes: ["./a:/b:ro"], healthcheck: { test: exit 0, interval: 5s } }\n',
    'inc.yaml': 'services:\n  c: { image: x, depends_on: { d: { condition: service_healthy } } }\n  d: { image: x }\n',
  };
  return [...cases, toml, override, extended];
}

function filesIn(folder: string): Files {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && entry.name !== expectedFile,
  );
  const paths = names.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
}

class Loader {
  readonly #child = fork(new URL('./child.ts', import.meta.url), {
    serialization: 'advanced',
    execArgv: [`--max-old-space-size=${megabytesPerFile}`],
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  isOver = false;

  async load(files: Files): Promise<Outcome> {
    return new Promise((done) => {
      const [started, before] = [Date.now(), processorSeconds(this.#child.pid)];
      const settle = (outcome: Outcome): void => {
        clearInterval(timer);
        this.#child.removeAllListeners();
        done(outcome);
      };
      const fail = (stack: string): void => {
        this.isOver = true;
        settle({ kind: 'crashed', stack });
      };
      const timer = setInterval(() => {
        if (processorSeconds(this.#child.pid) - before > secondsPerFile)
          fail(`not done after ${secondsPerFile} s of processor time`);
        if (Date.now() - started > wallSecondsPerFile * 1000) fail(`not done after ${wallSecondsPerFile} s`);
      }, 200);
      this.#child.once('message', (outcome) => settle(outcome as Outcome));
      this.#child.once('exit', (code, signal) => fail(`the process ended: ${signal ?? code}`));
      this.#child.send(files);
    });
  }

  close(): void {
    this.#child.kill('SIGKILL');
  }
}

/** The kernel counts in hundredths of a second; man 5 proc. */
function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function tell(name: string, ms: number, outcome: Outcome): void {
  const memory = outcome.kind === 'crashed' ? '' : `${outcome.megabytes} MiB`;
  if (ms > 300) console.log(`${outcome.kind.padEnd(8)} ${String(ms).padStart(6)} ms ${memory.padStart(9)}  ${name}`);
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      verbose: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
    },
  });
  const result = await fuzz({ seconds: Number(values.seconds), seed: Number(values.seed), ...(values.verbose ? { tell } : {}) });
  const folder = join(tmpdir(), 'muster-fuzz');
  for (const { name, why, files } of result.findings) {
    const own = join(folder, name.replaceAll(/[^a-z0-9]+/gi, '-'));
    mkdirSync(own, { recursive: true });
    for (const [path, text] of Object.entries(files)) writeFileSync(join(own, path), text);
    console.log(`${name} (${own})\n  ${why.split('\n').slice(0, 6).join('\n  ')}`);
  }
  console.log(
    `seed ${values.seed}: ${result.runs} files, ${result.loaded} loaded, ${result.refused} refused, ${result.findings.length} findings`,
  );
  process.exitCode = result.findings.length === 0 ? 0 : 1;
}
