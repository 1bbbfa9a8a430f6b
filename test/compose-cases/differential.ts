// Makes random Compose files, asks Docker Compose and us for their canonical form, and shrinks what differs.
//
//   node test/compose-cases/differential.ts --peer /path/to/docker-compose [--count 200] [--seed 1] [--keep FOLDER]

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { configText, hashLines, rawConfigText } from '#compose/config-output.ts';
import { loadProject, loadRawModel, type LoadOptions } from '#compose/load.ts';
import { MusterError } from '#lib/errors.ts';
import { Dice, generateFiles, type Files } from './generate.ts';
import { Raw, type Value } from './values.ts';
import { writeYaml } from './write-yaml.ts';

const { values: flags } = parseArgs({
  options: {
    peer: { type: 'string', default: 'docker-compose' },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});

const modes = [
  ['--format', 'yaml'],
  ['--format', 'json'],
  ['--hash', '*'],
  ['--no-interpolate', '--format', 'json'],
  ['--no-normalize', '--format', 'yaml'],
] as const;
type Mode = (typeof modes)[number];
type Answer = { readonly text: string | null; readonly error: string };

const folder = mkdtempSync(join(tmpdir(), 'differential-'));
const environment = {
  PATH: process.env['PATH'] ?? '',
  HOME: '/home/someone',
  N: '7',
  E: '',
  DOCKER_HOST: 'unix:///nowhere.sock',
};
mkdirSync(join(folder, 'app'));
const cwd = join(folder, 'app');
writeFileSync(join(cwd, 'e.env'), 'A=1\nB="x $N"\n');
writeFileSync(join(cwd, 'f.env'), "C='q'\nA=2\n");
writeFileSync(join(cwd, 'l.env'), 'l=1\n');

let different = 0;
let refused = 0;
const first = Number(flags.seed);
for (let seed = first; seed < first + Number(flags.count); seed++) {
  const dice = new Dice(seed);
  const mode = dice.pick(modes);
  const files = generateFiles(dice);
  if ((await difference(files, mode)) === null) continue;
  different++;
  const small = await shrink(files, mode);
  console.log(`\n=== seed ${seed}, config ${mode.join(' ')}\n${print(small)}\n${await difference(small, mode)}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(`\n${flags.count} files from seed ${first}: ${different} differ, ${refused} answers were refusals`);
process.exitCode = different === 0 ? 0 : 1;

async function difference(files: Files, mode: Mode): Promise<string | null> {
  for (const [name, content] of Object.entries(files)) writeFileSync(join(cwd, name), `${writeYaml(content)}\n`);
  const names = Object.keys(files).filter((name) => name !== 'base.yaml');
  const [peer, ours] = [askPeer(names, mode), await askOurs(names, mode)];
  if (peer.text === null) refused++;
  // Its own crashes and misprints are not its meaning.
  if (peer.error.includes('panic:') || peer.text?.includes('%!') === true) return null;
  if (peer.text === ours.text) return null;
  if (ours.text === 'crash') return ours.error;
  if (peer.text === null) return `the peer refuses: ${peer.error}`;
  if (ours.text === null) return `we refuse: ${ours.error}`;
  return firstDifference(peer.text, ours.text);
}

function askPeer(names: readonly string[], mode: Mode): Answer {
  const { status, stdout, stderr } = spawnSync(flags.peer, [...names.flatMap((name) => ['-f', name]), 'config', ...mode], {
    cwd,
    env: environment,
    encoding: 'utf8',
  });
  return status === 0
    ? { text: stdout, error: '' }
    : {
        text: null,
        error: stderr
          .split('\n')
          .filter((line) => !line.includes('level=warning'))
          .join(' ')
          .trim(),
      };
}

async function askOurs(names: readonly string[], mode: Mode): Promise<Answer> {
  const options: LoadOptions = { files: names, profiles: [], envFiles: [], environment, cwd, services: [] };
  try {
    if (mode[0] === '--no-interpolate')
      return { text: rawConfigText((await loadRawModel({ ...options, interpolate: false })).model, 'json'), error: '' };
    const project = await loadProject({
      ...options,
      normalize: mode[0] !== '--no-normalize',
      resolveEnvironment: mode[0] !== '--hash',
      checkContainerNames: mode[0] !== '--hash',
    });
    if (mode[0] === '--hash')
      return {
        text: hashLines(project, [])
          .map((line) => `${line}\n`)
          .join(''),
        error: '',
      };
    return { text: configText(project, mode.includes('json' as never) ? 'json' : 'yaml'), error: '' };
  } catch (error) {
    if (error instanceof MusterError) return { text: null, error: error.message };
    return { text: 'crash', error: String((error as Error).stack) };
  }
}

function firstDifference(peer: string, ours: string): string {
  const [left, right] = [peer.split('\n'), ours.split('\n')];
  const at = left.findIndex((line, index) => line !== right[index]);
  const from = Math.max(0, at - 2);
  return `peer:\n${left.slice(from, at + 3).join('\n')}\nours:\n${right.slice(from, at + 3).join('\n')}`;
}

/** Leaves out whatever can be left out with the difference still there. */
async function shrink(files: Files, mode: Mode): Promise<Files> {
  let current = files;
  for (let changed = true; changed;) {
    changed = false;
    for (const candidate of smaller(current)) {
      if ((await difference(candidate, mode)) === null) continue;
      current = candidate;
      changed = true;
      break;
    }
  }
  return current;
}

function* smaller(files: Files): Generator<Files> {
  if ('override.yaml' in files) {
    yield { 'compose.yaml': files['compose.yaml'] as { [key: string]: Value } };
  }
  for (const [name, content] of Object.entries(files)) {
    for (const less of smallerValues(content)) yield { ...files, [name]: less as { [key: string]: Value } };
  }
}

function* smallerValues(value: Value): Generator<Value> {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      yield value.filter((_, index) => index !== at);
      for (const less of smallerValues(value[at] as Value)) yield value.with(at, less);
    }
  } else if (typeof value === 'object' && value !== null && !(value instanceof Raw)) {
    for (const key of Object.keys(value)) {
      const { [key]: own, ...rest } = value;
      yield rest;
      for (const less of smallerValues(own as Value)) yield { ...value, [key]: less };
    }
  }
}

function print(files: Files): string {
  return Object.entries(files)
    .map(([name, content]) => `# ${name}${writeYaml(content)}`)
    .join('\n');
}
