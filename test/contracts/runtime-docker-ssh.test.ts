import { openEngine } from '#engine/open.ts';
import { startSshServer } from '../support/parts/ssh-server.ts';
import { makeDocker } from './make-docker.ts';
import { runtimeContract } from './runtime.ts';

runtimeContract('docker over ssh', async () => {
  const server = await startSshServer();
  const environment = { DOCKER_HOST: `ssh://${server.user}@127.0.0.1:${server.port}` };
  const made = await makeDocker(() => openEngine({ environment }));
  return {
    ...made,
    close: async () => {
      await made.close();
      await server.close();
    },
  };
});
