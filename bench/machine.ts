import { cpus, loadavg, release, totalmem } from 'node:os';
import { ask, chosenEndpoint } from '../tools/parts/engine-api.ts';
import { systemName } from '../tools/parts/debian.ts';

/** What kind of machine the figures are from, without its name. */
export async function machineKind(): Promise<string> {
  const processors = cpus();
  const version = JSON.parse((await ask(chosenEndpoint(), 'GET', '/version')).body) as { Version: string; ApiVersion: string };
  return [
    `${processors.length} cores (${processors[0]?.model.trim() ?? 'unknown'})`,
    `${Math.round(totalmem() / 2 ** 30)} GB of memory`,
    `${await systemName()}, Linux ${release().replace(/[-+].*/, '')}`,
    `Docker Engine ${version.Version} (API ${version.ApiVersion})`,
    `Node.js ${process.version}`,
    // Ours is part of it once the benchmark runs: asked for before, it says whether the machine was busy with something else.
    `load average ${loadavg()[0]?.toFixed(1)} before`,
  ].join(', ');
}
