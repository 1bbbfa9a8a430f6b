import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LaunchSpec } from '#api/agent/contract.ts';

/** What was staged for a replica that removes itself, with the folder that it is in, if that was the last. */
export async function removeOwnFolder({ ownFolder }: LaunchSpec): Promise<void> {
  if (ownFolder === undefined) return;
  await rm(ownFolder, { recursive: true, force: true });
  await rmdir(dirname(ownFolder)).catch(() => {});
}
