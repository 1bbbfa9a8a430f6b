import { makeDocker } from './make-docker.ts';
import { runtimeContract } from './runtime.ts';

runtimeContract('docker', () => makeDocker());
