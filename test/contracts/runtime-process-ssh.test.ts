import { openHost } from '#host/open.ts';
import { makeFar } from './host-far.ts';
import { makeProcess } from './make-process.ts';
import { runtimeContract } from './runtime.ts';

runtimeContract('process over ssh', async () => {
  const far = await makeFar();
  const made = await makeProcess(await openHost(far.ssh));
  return {
    ...made,
    close: async () => {
      await made.close();
      await far.close();
    },
  };
});
