// What must be so before a replica may be started, and the words that start it.

import type { LaunchSpec } from '#api/agent/contract.ts';
import { bearingOf, checkFiles, checkProgram } from './program.ts';
import type { ReplicaFolder } from './replica-folder.ts';
import type { Setting } from './setting.ts';
import type { ShimRun } from './shim/start-shim.ts';
import { serviceWords, shellFor } from './shim/words.ts';

type Prepared = Pick<ShimRun, 'words' | 'shell'>;

/** Of a replica. `hostsFile`: the one that it sees; null for the machine's. */
type ToPrepare = {
  readonly spec: LaunchSpec;
  readonly folder: ReplicaFolder;
  readonly hostsFile: string | null;
};

/** Throws a MusterError when it can't be started; then nothing has been. */
export async function prepareRun({ spec, folder, hostsFile }: ToPrepare, { uid, fifos }: Setting): Promise<Prepared> {
  checkFiles(spec);
  checkProgram(spec);
  const shell = shellFor(spec.environment);
  const bearing = bearingOf(spec, uid, hostsFile);
  const words = serviceWords(spec.argv, bearing);
  await fifos.make(folder.missingFifos(spec));
  // `echo > /dev/stderr` opens the pipe once more, as that user.
  if (bearing.identity !== null) folder.giveOutputsTo(bearing.identity);
  return { words, shell };
}
