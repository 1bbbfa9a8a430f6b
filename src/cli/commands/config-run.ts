import { MusterError } from '#lib/errors.ts';
import type { Invocation } from '../command.ts';
import type { configFlags } from './config.ts';

export async function run({ args }: Invocation<typeof configFlags>): Promise<number> {
  throw new MusterError('NOT_YET', 'muster does not have config yet, which Docker Compose has', {
    hint: 'docker compose config',
  });
}
