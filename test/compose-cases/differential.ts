// Makes random applications, asks Docker Compose and us for their canonical form, and shrinks what differs.
//
//   node test/compose-cases/differential.ts [--peer PROGRAM] [--count 200] [--seed 1] [--stop-after 20] [--refusals]
//
// Without --peer, the Docker Compose that test/support/parts/peer-compose.ts gets is asked. Seed N makes the same application wherever the
// generator is the same, so `--seed N --count 1` shows one again. It ends with what it counted, and with status 1 if anything differs. Where both
// refuse, --refusals prints why Docker Compose does; what is wrong is then taken out, and the rest compared. A cause that is mended gets a case in
// test/compose-cases/cases or a line in refused.ts. The last long run stands in docs/checklists/differential.md.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { peerCompose } from '../support/parts/peer-compose.ts';
import { makeApplication, type Application } from './differential/application.ts';
import { askOurs, askPeer, layOut, type Answer } from './differential/ask.ts';
import { Dice } from './differential/dice.ts';
import { repaired } from './differential/repair.ts';
import { shrink } from './differential/shrink.ts';
import { textOf } from './differential/write-yaml.ts';

const { values: flags } = parseArgs({
  options: {
    peer: { type: 'string' },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    'stop-after': { type: 'string', default: '20' },
    refusals: { type: 'boolean', default: false },
  },
});

/** Docker Compose's own crashes and misprints, which are not its meaning: a key x-… of a map of texts becomes `#extensions`. */
const slips = ['panic:', '%!', '#extensions'];

/**
 * A config of an included file that takes its content from a variable: Docker Compose 2.40 fills in the content when it has read the file, and
 * then refuses it in the file that includes for having both. It is taken here.
 */
function isFilledInTwice({ error }: Answer, { files }: Application): boolean {
  const includes = Object.values(files).some((content) => /^ *"?include"?:/m.test(textOf(content)));
  return includes && /configs\..*: file\|environment\|content attributes are mutually exclusive/.test(error);
}

const peer = flags.peer ?? (await peerCompose());
// Every application is a dozen files.
const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'differential-'));
const cwd = join(folder, 'above', 'app');
const total = { files: 0, differ: 0, refused: 0, unsteady: 0 };
const first = Number(flags.seed);
for (let seed = first; seed < first + Number(flags.count) && total.differ < Number(flags['stop-after']); seed++) {
  const dice = new Dice(seed);
  let application = makeApplication(dice);
  if (++total.files % 250 === 0) console.error(`${total.files} applications, ${total.differ} differ`);
  let found = await difference(application, true);
  const right = found === null ? await whatIsRight(application, dice) : application;
  if (right !== application) found = await difference((application = right), true);
  if (found === null) continue;
  total.differ++;
  const small = await shrink(application, async (candidate) => (await difference(candidate)) !== null);
  console.log(`\n=== seed ${seed}\n${print(small)}\n${await difference(small)}`);
}
rmSync(folder, { recursive: true, force: true });
console.log(
  `\n${total.files} applications from seed ${first}: ${total.differ} differ, ${total.refused} were refused by both, ${total.unsteady} times Docker Compose was at odds with itself`,
);
process.exitCode = total.differ === 0 ? 0 : 1;

/** What both refuse is compared as it is, and again without what is wrong with it. */
async function whatIsRight(application: Application, dice: Dice): Promise<Application> {
  let current = application;
  for (let tries = 0; tries < 25; tries++) {
    layOut(current, cwd);
    const { problem } = await askOurs(current, cwd);
    if (problem === undefined) return current;
    current = repaired(current, problem, dice);
  }
  return current;
}

async function difference(application: Application, isCounted = false): Promise<string | null> {
  layOut(application, cwd);
  const [theirs, ours] = [askPeer(peer, application, cwd), await askOurs(application, cwd)];
  if (ours.text === 'crash') return ours.error;
  if (slips.some((slip) => theirs.error.includes(slip) || theirs.text?.includes(slip) === true)) return null;
  if (theirs.text === ours.text) {
    if (theirs.text === null && isCounted) {
      total.refused++;
      if (flags.refusals) console.log(`refused: ${theirs.error.split(folder).join('').slice(0, 200)}`);
    }
    return null;
  }
  if (ours.text !== null && isFilledInTwice(theirs, application)) return null;
  if (isUnsteady(application, theirs, isCounted ? patience(application) : 4)) {
    if (isCounted) total.unsteady++;
    return null;
  }
  if (theirs.text === null) return `the peer refuses: ${theirs.error}`;
  if (ours.text === null) return `we refuse: ${ours.error}`;
  return firstDifference(theirs.text, ours.text);
}

/** Docker Compose walks some maps in random order, and then its answer is one of several. */
/** Go takes a small map in its own order seven times of eight; which mention of a variable counts hangs on that. */
function patience({ own }: Application): number {
  return own.includes('--variables') ? 60 : 12;
}

function isUnsteady(application: Application, answer: Answer, times: number): boolean {
  return Array.from({ length: times }).some(() => askPeer(peer, application, cwd).text !== answer.text);
}

function firstDifference(peerText: string, ourText: string): string {
  const [left, right] = [peerText.split('\n'), ourText.split('\n')];
  const at = left.findIndex((line, index) => line !== right[index]);
  const from = Math.max(0, at - 2);
  return `peer:\n${left.slice(from, at + 3).join('\n')}\nours:\n${right.slice(from, at + 3).join('\n')}`;
}

function print({ files, globals, own, environment }: Application): string {
  const texts = Object.entries(files).map(([path, content]) => `# ${path}\n${textOf(content)}`);
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  return [...texts, `$ ${[...variables, 'config', ...globals, ...own].join(' ')}`].join('\n');
}
