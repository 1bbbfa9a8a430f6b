import { type Stage } from './stage.ts';
import { changeOneSetting, receipts, use } from './chapters.ts';

/** The guest book without an engine: the same file, the same commands. */
export async function nativeStory(stage: Stage, address: string): Promise<void> {
  const native = ['--runtime', 'process'];
  stage.heading('Bring it up: store, then the init job, then api and worker, then web');
  await stage.muster([...native, 'up', '-d']);
  await stage.muster([...native, 'ps']);

  await use(stage, address, native);

  stage.heading('Scale the worker from 1 to 3 and back');
  await stage.muster([...native, 'scale', 'worker=3']);
  await stage.muster([...native, 'scale', 'worker=1']);

  await changeOneSetting(stage, native);
  await receipts(stage, native);

  stage.heading('Take it down, its volume too');
  await stage.muster([...native, 'down', '-v']);
}
