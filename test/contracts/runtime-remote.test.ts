import { makeRemote } from './make-remote.ts';
import { runtimeContract } from './runtime.ts';

runtimeContract('remote', makeRemote, 'attached');
