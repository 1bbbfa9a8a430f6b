import { hostContract } from './host.ts';
import { makeFarHost } from './host-far.ts';

hostContract('ssh', () => makeFarHost(({ ssh }) => ssh));
