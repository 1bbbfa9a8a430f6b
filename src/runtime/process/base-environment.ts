// The variables that every native program starts with. Not the whole environment of whoever typed the command: what is exported there must not
// leak into services, nor make them differ from one terminal to the next.

import { once } from '#lib/once.ts';
import type { Account } from './launch/launch-facts.ts';
import type { Environment, ProcessSetting } from './setting.ts';

const kept = ['PATH', 'LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'];
const ofOwnUser = ['XDG_RUNTIME_DIR', 'SHELL'];
const fallbackPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export async function baseEnvironment(setting: ProcessSetting, { isOwn, name, home }: Account): Promise<Record<string, string>> {
  const found = setting.host.location === 'local' ? setting.environment : await loginEnvironment(setting);
  const values: Record<string, string> = { PATH: fallbackPath };
  for (const variable of isOwn ? [...kept, ...ofOwnUser] : kept) {
    const value = found[variable];
    if (value !== undefined && value !== '') values[variable] = value;
  }
  return { ...values, HOME: home, USER: name, LOGNAME: name };
}

/** What an agent on this machine is started with: nothing that somebody exported for another purpose. */
export function agentEnvironment(environment: Environment): Record<string, string> {
  const passed = [...kept, ...ofOwnUser, 'HOME', 'USER', 'LOGNAME', 'XDG_CACHE_HOME'];
  return Object.fromEntries(
    passed.flatMap((variable) => {
      const value = environment[variable];
      return value === undefined || value === '' ? [] : [[variable, value]];
    }),
  );
}

const asked = new WeakMap<ProcessSetting, () => Promise<Readonly<Record<string, string>>>>();

/** What a command finds on that host. */
function loginEnvironment(setting: ProcessSetting): Promise<Readonly<Record<string, string>>> {
  let ask = asked.get(setting);
  if (ask === undefined) asked.set(setting, (ask = once(() => readEnvironment(setting))));
  return ask();
}

async function readEnvironment({ host }: ProcessSetting): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await host.run({ argv: ['env'] });
  const lines = stdout.toString('utf8').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => (line.includes('=') ? [[line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]] : [])),
  );
}
