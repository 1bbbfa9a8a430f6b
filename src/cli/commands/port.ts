import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';
import { indexFlag } from './shared-flags.ts';

export const portFlags = {
  ...indexFlag,
  protocol: { type: 'string', value: 'PROTOCOL', choices: ['tcp', 'udp', 'sctp'], default: 'tcp', help: 'tcp, udp or sctp' },
} as const satisfies FlagTable;

export const port = command({
  name: 'port',
  group: 'look',
  summary: 'Print the address at which a port is published',
  args: 'SERVICE PRIVATE_PORT',
  takes: { min: 2, max: 2 },
  flags: portFlags,
  load: () => import('./port-run.ts'),
});
