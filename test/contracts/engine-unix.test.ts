import { connectEngine } from '#engine/connect.ts';
import { engineContract } from './engine.ts';

engineContract('a unix socket', () =>
  Promise.resolve({
    engine: connectEngine({ kind: 'unix', path: '/var/run/docker.sock' }),
    close: () => Promise.resolve(),
  }),
);
