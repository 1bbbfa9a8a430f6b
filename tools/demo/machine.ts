// What the demo needs of this machine: says what is there and what is missing, and gets what may be got.

import { join } from 'node:path';
import { systemName } from '../parts/debian.ts';
import { ensureEngine } from '../parts/engine.ts';
import { redisSettings } from '../parts/redis.ts';
import { repository, run } from '../parts/run.ts';
import { freePort } from './free-port.ts';
import type { Stage } from './stage.ts';

/** The engine's endpoint; null where no engine is to be had, which is no reason to stop. */
export async function prepareContainers(stage: Stage): Promise<string | null> {
  if (process.platform !== 'linux') {
    stage.say("  Docker Engine   not used: the example's images are made of this machine's own Linux programs");
    return null;
  }
  const engine = await ensureEngine((line) => stage.say(`  Docker Engine   ${line} …`)).catch((error: unknown) => {
    stage.say(`  Docker Engine   ${(error as Error).message}`);
    stage.say('  so              the same services run natively, as x-muster in the Compose file says');
    return null;
  });
  if (engine === null) return null;
  stage.say(`  Docker Engine   ${engine.done.length === 0 ? 'answers' : 'ready'} at ${engine.endpoint}`);
  stage.throwIfInterrupted();
  await prepareExample(stage, []);
  stage.set({ GUESTBOOK_INSPECTOR_PORT: String(await freePort(9229)) });
  return engine.endpoint;
}

/** A store from Debian, and ports that nobody holds. */
export async function prepareNative(stage: Stage): Promise<void> {
  await prepareExample(stage, ['--native']);
  const redis = await redisSettings();
  stage.say(`  Redis           ${redis.REDIS_SERVER}`);
  const [store, api] = [await freePort(6380), await freePort(3000)];
  stage.set({
    ...redis,
    GUESTBOOK_STORE_PORT: String(store),
    GUESTBOOK_API_PORT: String(api),
    GUESTBOOK_API_LAST_PORT: String(api + 9),
  });
}

export async function describeMachine(stage: Stage): Promise<void> {
  stage.say(`  system          ${await systemName()}`);
  stage.say(`  Node.js         ${process.version}, from npm`);
}

async function prepareExample(stage: Stage, flags: readonly string[]): Promise<void> {
  const prepared = await run(join(repository, 'examples/guestbook/prepare'), flags);
  if (prepared.code !== 0) throw new Error(prepared.stderr.trim());
  for (const line of prepared.stdout.trim().split('\n').filter(Boolean)) stage.say(`  parts           ${line}`);
}
