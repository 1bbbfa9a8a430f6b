import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const agentFlags = {
  directory: { type: 'string', value: 'PATH', help: 'Where it keeps what it knows' },
  socket: { type: 'string', value: 'PATH', help: 'Where it is reached' },
  'idle-timeout': { type: 'int', value: 'SECONDS', default: 30, help: 'How long it stays with nothing to do' },
  after: { type: 'int', value: 'PID', help: 'Wait for the end of the agent that is there' },
} as const satisfies FlagTable;

/** Other commands start it when they need it. */
export const agent = command({
  name: 'agent',
  hidden: true,
  group: 'muster',
  summary: 'Look after native services, until none is left',
  args: '',
  flags: agentFlags,
  load: () => import('./agent-run.ts'),
});
