import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { arch, availableParallelism, homedir, hostname, platform, totalmem, userInfo } from 'node:os';
import { runtimeDirectory } from '#lib/runtime-directory.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import type { Gpu, HostFacts } from './host.ts';

export function localFacts(): HostFacts {
  const { username, uid, gid } = userInfo();
  const home = process.env.HOME || homedir();
  return {
    os: platform(),
    arch: arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    user: username,
    uid,
    gid,
    home,
    hostname: hostname(),
    init: initSystem(),
    libc: libc(),
    gpus: gpus(),
    runtimeDirectory: runtimeDirectory(process.env, uid),
    stateDirectory: stateDirectory({ ...process.env, HOME: home }),
  };
}

function initSystem(): HostFacts['init'] {
  if (platform() === 'darwin') return 'launchd';
  // sd_booted(3)
  if (existsSync('/run/systemd/system')) return 'systemd';
  return existsSync('/run/openrc') ? 'openrc' : 'other';
}

function libc(): HostFacts['libc'] {
  if (platform() !== 'linux') return null;
  return namesIn('/lib').some((name) => name.startsWith('ld-musl-')) ? 'musl' : 'glibc';
}

function gpus(): Gpu[] {
  const nvidia = namesIn('/dev').filter((name) => /^nvidia\d+$/.test(name));
  const amd = namesIn('/sys/class/drm').filter((name) => /^renderD\d+$/.test(name) && vendorOf(name) === '0x1002');
  return [
    ...nvidia.map((name): Gpu => ({ vendor: 'nvidia', device: `/dev/${name}` })),
    ...amd.map((name): Gpu => ({ vendor: 'amd', device: `/dev/dri/${name}` })),
  ];
}

/** PCI vendor of a render node. */
function vendorOf(name: string): string {
  try {
    return readFileSync(`/sys/class/drm/${name}/device/vendor`, 'utf8').trim();
  } catch {
    return '';
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
