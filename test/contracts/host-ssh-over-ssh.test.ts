import { hostContract } from './host.ts';
import { makeFarHost } from './host-far.ts';

hostContract('ssh over ssh', () => makeFarHost(({ ssh }) => `${ssh},${ssh}`));
