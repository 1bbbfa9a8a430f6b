// Takes away whatever carries a project's label, through the engine's own client: tests that failed leave nothing behind.

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function removeProjects(projects: readonly string[]): Promise<void> {
  for (const project of projects) {
    const filter = `label=com.docker.compose.project=${project}`;
    await removeAll(['ps', '-aq', '--filter', filter], ['rm', '-fv']);
    await removeAll(['network', 'ls', '-q', '--filter', filter], ['network', 'rm']);
    await removeAll(['volume', 'ls', '-q', '--filter', filter], ['volume', 'rm', '-f']);
  }
}

async function removeAll(list: readonly string[], remove: readonly string[]): Promise<void> {
  const { stdout } = await run('docker', [...list]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await run('docker', [...remove, ...ids]);
}
