// `npm run demo`: what a new user sees first. Brings the guest book up, uses it, scales it, changes it, and takes it down.

import { join } from 'node:path';
import { freePort } from './demo/free-port.ts';
import { Stage } from './demo/stage.ts';
import { replicasThatAnswer, sign, waitForPage } from './demo/visit.ts';
import { systemName } from './parts/debian.ts';
import { ensureEngine } from './parts/engine.ts';
import { repository, run } from './parts/run.ts';

const project = 'guestbook-demo';
const started = performance.now();
const port = await freePort(8080);
const address = `http://localhost:${port}`;
// A project of its own: a guest book that somebody has up is not ours to take down.
const stage = new Stage({ GUESTBOOK_PORT: String(port), COMPOSE_PROJECT_NAME: project });

try {
  await tellTheStory();
} catch (error) {
  if (!stage.wasInterrupted) console.error(`\nThe demo can't go on: ${(error as Error).message}`);
  await stage.cleanUp();
  process.exitCode = stage.wasInterrupted ? 130 : 1;
}

async function tellTheStory(): Promise<void> {
  stage.heading('This machine');
  await prepareMachine();

  stage.heading('Build the images, nothing is pulled');
  await stage.muster(['build', '--quiet']);

  stage.heading('Bring it up: store, then the init job, then api and worker, then web');
  await stage.muster(['up', '-d']);
  await stage.muster(['ps']);

  stage.heading(`Use it: ${address}`);
  await waitForPage(address);
  for (const line of await sign(address, 'Ada', 'What a darn fine guest book.')) stage.say(`  ${line}`);
  await stage.muster(['logs', '--tail', '3', 'web', 'worker']);

  stage.heading('Scale the api from 2 to 3 and back');
  await stage.muster(['scale', 'api=3']);
  const replicas = await replicasThatAnswer(address, 3);
  stage.say(`  ${replicas.length} replicas answer: ${replicas.join(', ')}`);
  await stage.muster(['scale', 'api=2']);

  stage.heading('Change one setting: see the plan, then apply it');
  const change = { GUESTBOOK_MODERATION: 'strict' };
  await stage.muster(['plan'], change);
  await stage.muster(['up', '-d'], change);

  stage.heading('Every change leaves a receipt');
  await stage.muster(['receipts', 'show']);
  await stage.muster(['receipts', 'verify']);

  stage.heading('Take it down, its volume too');
  await stage.muster(['down', '-v']);

  stage.say(`\nThat took ${((performance.now() - started) / 1000).toFixed(0)} s. To try next, in examples/guestbook:
  ../../bin/muster up                       the same, with everybody's log lines (Ctrl-C stops it)
  ../../bin/muster --profile debug plan     what would happen, and why
  ../../bin/muster --help                   all there is`);
}

/** Says what is there and what is missing, and gets what may be got. */
async function prepareMachine(): Promise<void> {
  stage.say(`  system          ${await systemName()}`);
  stage.say(`  Node.js         ${process.version}, from npm`);
  if (process.platform !== 'linux')
    throw new Error("the example's images are made of this machine's own Linux programs; run the demo on Linux");
  const engine = await ensureEngine((line) => stage.say(`  Docker Engine   ${line} …`));
  stage.say(`  Docker Engine   ${engine.done.length === 0 ? 'answers' : 'ready'} at ${engine.endpoint}`);
  stage.throwIfInterrupted();
  const prepared = await run(join(repository, 'examples/guestbook/prepare'), []);
  if (prepared.code !== 0) throw new Error(prepared.stderr.trim());
  for (const line of prepared.stdout.trim().split('\n')) stage.say(`  parts           ${line}`);
  stage.say(`  port            ${port}${port === 8080 ? '' : ' (8080 is taken)'}`);
  stage.say(
    `  below, "muster" is bin/muster, run in examples/guestbook with COMPOSE_PROJECT_NAME=${project} GUESTBOOK_PORT=${port}`,
  );
}
