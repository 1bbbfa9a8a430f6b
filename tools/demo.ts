// `npm run demo`: what a new user sees first. Brings the guest book up, uses it, changes it, and takes it down: in containers where an
// engine is or can be had, natively where not (or with `-- --native`).

import { parseArgs } from 'node:util';
import { containerStory } from './demo/container-story.ts';
import { freePort } from './demo/free-port.ts';
import { describeMachine, prepareContainers, prepareNative } from './demo/machine.ts';
import { nativeStory } from './demo/native-story.ts';
import { Stage } from './demo/stage.ts';

const { values } = parseArgs({ options: { native: { type: 'boolean', default: false } } });
const project = 'guestbook-demo';
const started = performance.now();
const port = await freePort(8080);
// A project of its own: a guest book that somebody has up is not ours to take down.
const stage = new Stage({ GUESTBOOK_PORT: String(port), COMPOSE_PROJECT_NAME: project });

try {
  stage.heading('This machine');
  await describeMachine(stage);
  const engine = values.native ? null : await prepareContainers(stage);
  if (engine === null) await prepareNative(stage);
  stage.say(`  port            ${port}${port === 8080 ? '' : ' (8080 is taken)'}`);
  const settings = `COMPOSE_PROJECT_NAME=${project} GUESTBOOK_PORT=${port}`;
  stage.say(`  below, "muster" is bin/muster, run in examples/guestbook with ${settings}`);
  const address = `http://localhost:${port}`;
  await (engine === null ? nativeStory(stage, address) : containerStory(stage, address));
  stage.say(`\nThat took ${((performance.now() - started) / 1000).toFixed(0)} s. To try next, in examples/guestbook:`);
  const native = engine === null ? ' --runtime process' : '';
  stage.offer(`${native} up`, "the same, with everybody's log lines (Ctrl-C stops it)");
  stage.offer(`${native} plan`, 'what would happen, and why');
  stage.offer(' --help', 'all there is');
} catch (error) {
  if (!stage.wasInterrupted) console.error(`\nThe demo can't go on: ${(error as Error).message}`);
  await stage.cleanUp();
  process.exitCode = stage.wasInterrupted ? 130 : 1;
}
