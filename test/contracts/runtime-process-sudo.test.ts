import { openHost } from '#host/open.ts';
import { makeProcess } from './make-process.ts';
import { runtimeContract } from './runtime.ts';
import { makeTestUser } from '../support/parts/test-user.ts';

runtimeContract('process under sudo', async () => {
  const user = makeTestUser({ sudo: 'always' });
  const made = await makeProcess(await openHost(`sudo://${user.name}`));
  return {
    ...made,
    close: async () => {
      await made.close();
      user.remove();
    },
  };
});
