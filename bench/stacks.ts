// Projects of many small services, as both tools get them.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Stack = { readonly folder: string; readonly project: string; readonly count: number };

/** One process each that ends when told to, so that the tool is measured and not the wait for a process. */
export async function stackOf(count: number, project: string): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-bench-'));
  const services = Array.from(
    { length: count },
    (_, index) => `  s${index + 1}: { image: "muster/base-busybox:1", command: sleep 1000000, stop_signal: SIGKILL }\n`,
  );
  await writeFile(join(folder, 'compose.yaml'), `name: ${project}\nservices:\n${services.join('')}`);
  return { folder, project, count };
}
