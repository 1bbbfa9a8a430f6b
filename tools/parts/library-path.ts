import { join } from 'node:path';

/** Where programs of a package that is unpacked below `root` find their libraries: for LD_LIBRARY_PATH. */
export function libraryPath(root: string): string {
  const machine = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`;
  return ['usr/lib', 'lib'].flatMap((lib) => [join(root, lib), join(root, lib, machine)]).join(':');
}
