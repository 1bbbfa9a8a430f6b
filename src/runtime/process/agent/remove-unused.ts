// Earlier versions of muster and Node.js that were brought to a host, 200 MB each: they go when nobody needs them any more.

import type { Host } from '#host/host.ts';

/** Removes copies from `folder` that no agent was started from for a month and none runs from. That it can't is no failure of what comes next. */
export async function removeUnused(host: Host, folder: string): Promise<void> {
  await host.run({ argv: ['/bin/sh', '-c', script, 'muster', folder] }).catch(() => {});
}

/**
 * Who uses a copy touches it first (install.ts), also a muster of another version. An agent may run for longer than a month: what any process
 * names in its arguments stays.
 */
const script = `cd "$1" || exit
old=$(find . -maxdepth 1 \\( -name 'muster-*' -o -name 'node-*' \\) ! -name '*.sha256' -mtime +30)
[ -n "$old" ] || exit 0
used=$(cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n')
printf '%s\\n' "$old" | while read -r one; do
  name=\${one#./}
  case $used in *"$name"*) ;; *) rm -rf "./$name" "./$name.sha256" ;; esac
done`;
