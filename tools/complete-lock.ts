// A package-lock.json made behind a registry mirror that carries only this platform's packages lacks the other platforms' optional ones;
// npm 11 then refuses `npm ci`. This adds them, as far as their names say what they are for. Run it after `npm install`.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './parts/run.ts';

type Entry = {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
};
type Lock = { packages: Record<string, Entry> };

const path = join(process.argv[2] ?? repository, 'package-lock.json');
const lock = JSON.parse(await readFile(path, 'utf8')) as Lock;
const added = complete(lock);
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
await writeFile(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added.length === 0 ? 'complete' : `added ${added.length}: ${added.join(', ')}`}`);

function complete({ packages }: Lock): string[] {
  const added: string[] = [];
  for (const entry of Object.values(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      const key = `node_modules/${name}`;
      const platform = platformOf(name);
      // Only exact versions for a platform that the name tells: anything else needs the registry's word.
      if (key in packages || !/^\d/.test(version) || platform === null) continue;
      packages[key] = { version, dev: true, optional: true, ...platform };
      added.push(name);
    }
  }
  return added;
}

/** "@oxfmt/binding-linux-arm-gnueabihf" is for linux and arm. */
function platformOf(name: string): { readonly os: string[]; readonly cpu: string[]; readonly libc?: string[] } | null {
  const os = /\b(android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|aix|win32|windows)\b/.exec(name)?.[1];
  const cpu = /\b(arm64|armv7|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el)\b/.exec(name)?.[1];
  if (os === undefined || cpu === undefined) return null;
  const libc = /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined;
  return {
    os: [os === 'windows' ? 'win32' : os],
    cpu: [cpu === 'armv7' ? 'arm' : cpu],
    ...(libc === undefined || os !== 'linux' ? {} : { libc: [libc] }),
  };
}
