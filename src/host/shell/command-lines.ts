// Two lines on stdin start a command: one for the shell that waits for it and says how it ended, one for the shell that becomes it. What they
// hold (arguments, directory, environment) so never shows in an argument list on the way. After them stdin is the command's own.

import { MusterError } from '#lib/errors.ts';
import type { CommandSpec } from '../host.ts';
import { bootProgram, joined, newlineVariable, wordOf, wordsOf } from './words.ts';

/**
 * `mark` is a random word that nothing else says: behind a byte that programs don't print it marks our own lines among the command's
 * output. Without that byte any output that ends like a mark begins would have to wait for what comes next.
 */
export function commandLines({ argv, cwd, env }: CommandSpec, mark: string): Buffer {
  return joined([waiter(mark, env !== undefined), becoming({ argv, cwd, env }, mark), ''], '\n');
}

/** A session of its own makes the command the leader of a group, so that all it starts can be signalled with it. */
function waiter(mark: string, isFresh: boolean): string {
  const shell = `setsid ${isFresh ? 'env -i ' : ''}/bin/sh -c '${bootProgram}'`;
  return `${shell}; printf '\\001${mark} end %s\\n' $? >&2`;
}

/**
 * Says who it is (its line of /proc, and the boot) and becomes the command, or says why it can't. The mark also goes to stdout: what a
 * login shell printed before it is not the command's.
 */
function becoming({ argv, cwd, env = {} }: CommandSpec, mark: string): Buffer {
  const orSay = (reason: string): string => ` || { printf '\\001${mark} ${reason}\\n' >&2; exit 126; }`;
  const isThere = argv[0].includes('/') ? '[ -f "$1" ] && [ -x "$1" ]' : 'command -v "$1" >/dev/null';
  return joined(
    [
      newlineVariable,
      ...Object.entries(env).map(([name, value]) => joined([`export ${nameOfVariable(name)}=`, wordOf(value)])),
      ...(cwd === undefined ? [] : [joined(['cd ', wordOf(asPath(cwd)), ` 2>/dev/null${orSay('no-directory')}`])]),
      joined(['set -- ', wordsOf(argv)]),
      `${isThere}${orSay('no-program')}`,
      'read -r muster_stat </proc/$$/stat && read -r muster_boot </proc/sys/kernel/random/boot_id',
      `printf '\\001${mark}\\n'`,
      `printf '\\001${mark} start %s\\n' "$muster_boot $muster_stat" >&2`,
      'unset muster_n muster_line muster_stat muster_boot',
      'exec "$@"',
    ],
    '; ',
  );
}

function nameOfVariable(name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name)) return name;
  throw new MusterError(
    'UNSUPPORTED',
    `the variable "${name}" can't be given to a command on another host: a shell hands it on`,
    {
      hint: 'use a name of letters, digits and _ that does not begin with a digit, or put the value into a file',
    },
  );
}

/** A path that is no option and not `-`. */
export function asPath(path: string): string {
  return path.startsWith('/') ? path : `./${path}`;
}
