import { makeProcess } from './make-process.ts';
import { runtimeContract } from './runtime.ts';

runtimeContract('process', () => makeProcess());
