import { hostContract } from './host.ts';
import { makeFarHost } from './host-far.ts';

hostContract('sudo over ssh', () => makeFarHost(({ ssh }) => `${ssh},sudo://`));
