import { hostContract } from './host.ts';
import { makeFarHost } from './host-far.ts';

hostContract('sudo to another user', () => makeFarHost(({ user }) => `sudo://${user.name}`));
