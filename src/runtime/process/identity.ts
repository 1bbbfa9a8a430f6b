import type { ProcessSetting } from './setting.ts';

type Setting = Pick<ProcessSetting, 'host' | 'stateDirectory'>;

/** There is one agent per state directory: which kernel it is on, and which directory that is there, whoever looks and by whatever path. */
export async function agentIdentity(
  { host, stateDirectory }: Setting,
  { signal }: { readonly signal?: AbortSignal },
): Promise<string | null> {
  const { exitCode, stdout } = await host.run({ argv: ['/bin/sh', '-c', tellPlace, 'muster', await stateDirectory()], signal });
  return exitCode === 0 ? stdout.toString() : null;
}

/** Of a directory that is not there yet: its nearest ancestor, and the way on from there. */
const tellPlace = `directory=$1 rest=
until [ -e "\${directory:-/}" ]; do rest=/\${directory##*/}$rest directory=\${directory%/*}; done
cat /proc/sys/kernel/random/boot_id && stat -L -c %d:%i "\${directory:-/}" && printf %s "$rest"`;
