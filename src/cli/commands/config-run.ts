import { MusterError } from '#lib/errors.ts';

export async function run(): Promise<number> {
  throw new MusterError('NOT_YET', 'there is no command config yet, which Docker Compose has', { hint: 'docker compose config' });
}
