import { type Stage } from './stage.ts';
import { changeOneSetting, receipts, use } from './chapters.ts';
import { replicasThatAnswer, waitForPage } from './visit.ts';

/** The guest book in containers, and one service of it natively for a while. */
export async function containerStory(stage: Stage, address: string): Promise<void> {
  stage.heading('Build the images, nothing is pulled');
  await stage.muster(['build', '--quiet']);

  stage.heading('Bring it up: store, then the init job, then api and worker, then web');
  await stage.muster(['up', '-d']);
  await stage.muster(['ps']);

  await use(stage, address, []);

  stage.heading('Scale the api from 2 to 3 and back');
  await stage.muster(['scale', 'api=3']);
  const replicas = await replicasThatAnswer(address, 3);
  stage.say(`  ${replicas.length} replicas answer: ${replicas.join(', ')}`);
  await stage.muster(['scale', 'api=2']);

  await changeOneSetting(stage, []);

  stage.heading("Run the api natively, under the debugger's eye, and the rest in containers");
  const mixed = ['-f', 'compose.yaml', '-f', 'compose.native-api.yaml'];
  await stage.muster([...mixed, 'up', '-d']);
  await stage.muster([...mixed, 'ps']);
  await stage.muster([...mixed, 'model', 'resolve']);
  await waitForPage(address);
  stage.say(
    `  ${address} is answered by process api-1; node inspect 127.0.0.1:${stage.setting('GUESTBOOK_INSPECTOR_PORT')} would look inside`,
  );

  await receipts(stage, []);
  stage.heading('Take it down, its volume too');
  await stage.muster([...mixed, 'down', '-v']);
}
