// What runs on the other side, in POSIX sh with the tools of coreutils or busybox. Constant text: everything else is in "$1", "$2", ….

/** Errors in the words that errno.ts knows. */
const plainWords = 'LC_ALL=C; export LC_ALL; ';

const sha256 = `sha() { { sha256sum || shasum -a 256 || openssl dgst -sha256 -r; } 2>/dev/null; }; `;

/** -T: into its place, also where a folder or a link to one has the name; then it must fail or replace it, not go inside. */
const intoPlace = `{ sync "$1" 2>/dev/null || sync; } && mv -fT "$1" "$2" && { sync "$3" 2>/dev/null || sync; }`;

export const scripts = {
  read: `${plainWords}exec cat "$1"`,

  /** draft, path, folder, size, mode, owner ("" or uid:gid). A connection that broke looks like the end of the data: the size tells. */
  write: `${plainWords}umask 077; set -C
trap 'rm -f "$1"' EXIT
cat >"$1" || exit
[ "$(wc -c <"$1")" -eq "$4" ] || { echo "not all of it came" >&2; exit 1; }
if [ -n "$6" ]; then chown "$6" "$1" || exit; fi
chmod "$5" "$1" && ${intoPlace}`,

  /** path, mode, umask. */
  makeDirectory: `${plainWords}(umask "$3" && mkdir -p "$1") && chmod "$2" "$1"`,

  remove: `${plainWords}exec rm -rf "$1"`,

  list: `${plainWords}ls "$1/" >/dev/null || exit
for f in "$1"/* "$1"/.[!.]* "$1"/..?*; do
  if [ -e "$f" ] || [ -L "$f" ]; then printf '%s\\000' "\${f##*/}"; fi
done`,

  exists: `[ -e "$1" ]`,

  /** Type and mode in hexadecimal, owner, group, size. */
  stat: `${plainWords}exec stat -c '%f %u %g %s' "$1"`,

  setMode: `${plainWords}exec chmod "$2" "$1"`,

  /** draft: a folder for one copy. Says the checksum and the size of what came. */
  receive: `${plainWords}${sha256}umask 077
mkdir "$1" && cat >"$1/data" && sha <"$1/data" && wc -c <"$1/data"`,

  /** draft/data, path, folder, mode. */
  placeFile: `${plainWords}chmod "$4" "$1" && ${intoPlace}`,

  /** draft, path, folder. What has the name goes aside into the draft, and later with it. */
  placeTree: `${plainWords}mkdir "$1/tree" && tar -xpof "$1/data" -C "$1/tree" && rm "$1/data" && { sync -f "$1/tree" 2>/dev/null || sync; } || exit
if [ -e "$2" ] || [ -L "$2" ]; then mv -fT "$2" "$1/old" || exit; fi
mv -fT "$1/tree" "$2" && { sync "$3" 2>/dev/null || sync; }`,

  /** path. First line: kind and mode; then the bytes. The checksum comes last, on stderr. */
  send: `${plainWords}${sha256}umask 077
if [ -d "$1" ]; then kind=tree; else kind=file; : <"$1" || exit; fi
mode=$(stat -L -c %a "$1") && d=$(mktemp -d) || exit
trap 'rm -rf "$d"' EXIT; trap 'exit 143' TERM
mkfifo "$d/copy" || exit
echo "$kind $mode"
sha <"$d/copy" >"$d/sum" &
{ if [ $kind = tree ]; then tar -cf - -C "$1" .; else cat "$1"; fi || : >"$d/failed"; } | tee "$d/copy"
wait
[ ! -e "$d/failed" ] && cat "$d/sum" >&2`,

  facts: `printf 'os=%s\\n' "$(uname -s)"
printf 'machine=%s\\n' "$(uname -m)"
printf 'hostname=%s\\n' "$(uname -n)"
printf 'cores=%s\\n' "$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)"
printf 'memory=%s\\n' "$(sed -n 's/^MemTotal: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo)"
printf 'user=%s\\n' "$(id -un)"
printf 'uid=%s\\n' "$(id -u)"
printf 'gid=%s\\n' "$(id -g)"
printf 'home=%s\\n' "$HOME"
printf 'runtime=%s\\n' "$XDG_RUNTIME_DIR"
printf 'state=%s\\n' "$XDG_STATE_HOME"
[ -d /run/systemd/system ] && echo init=systemd
[ -e /run/openrc ] && echo init=openrc
for f in /lib/ld-musl-*; do [ -e "$f" ] && echo libc=musl; done
for f in /dev/nvidia[0-9]*; do [ -e "$f" ] && printf 'gpu=nvidia %s\\n' "$f"; done
for f in /sys/class/drm/renderD*; do
  read -r v 2>/dev/null <"$f/device/vendor" && [ "$v" = 0x1002 ] && printf 'gpu=amd /dev/dri/%s\\n' "\${f##*/}"
done
exit 0`,

  /** pid. Line of /proc, NUL, boot, NUL, arguments. */
  processInfo: `cat "/proc/$1/stat" 2>/dev/null && printf '\\000' && cat /proc/sys/kernel/random/boot_id && printf '\\000' && cat "/proc/$1/cmdline" 2>/dev/null || [ ! -d "/proc/$1" ]`,

  /** pid, ticks@boot, signal, pid or -pid. Says "gone" when it is not the process that was meant. */
  signal: `${plainWords}s=$(cat "/proc/$1/stat" 2>/dev/null); s=\${s##*) }; read -r b </proc/sys/kernel/random/boot_id; w=$2 n=$3 to=$4
set -- $s
if [ "\${20}@$b" != "$w" ] || { [ "$1" = Z ] && [ "\${to#-}" = "$to" ]; }; then echo gone; exit 0; fi
kill -s "$n" -- "$to"`,

  /** stdout, stderr ("" for none), program…: a leader of its group, as every command here is, makes setsid fork: nobody waits for it. */
  launch: `muster_o=$1 muster_e=$2; shift 2
command -v "$1" >/dev/null || { echo "$1: not found" >&2; exit 1; }
muster_u=$(umask); umask 077
[ -z "$muster_o" ] || : >>"$muster_o" || exit
[ -z "$muster_e" ] || : >>"$muster_e" || exit
exec setsid /bin/sh -c '
read -r muster_s </proc/$$/stat && read -r muster_b </proc/sys/kernel/random/boot_id
printf "%s\\n" "$muster_b $muster_s"
muster_o=\${1:-/dev/null} muster_e=\${2:-/dev/null}; umask "$3"; shift 3
exec </dev/null >>"$muster_o" 2>>"$muster_e" && unset muster_o muster_e muster_s muster_b && exec "$@"' muster "$muster_o" "$muster_e" "$muster_u" "$@"`,

  socketTables: `for t in tcp tcp6 udp udp6; do cat "/proc/net/$t" 2>/dev/null; printf '\\000'; done`,

  /** " inode inode ". Inode, pid and name of the processes that have them open. */
  socketOwners: `${plainWords}ls -l /proc/[0-9]*/fd 2>/dev/null | awk -v wanted="$1" '
/^\\/proc/ { split($0, part, "/"); pid = part[3]; next }
match($0, /socket:\\[[0-9]+\\]$/) { inode = substr($0, RSTART + 8, RLENGTH - 9); if (index(wanted, " " inode " ")) print inode, pid }' |
while read -r inode pid; do read -r name <"/proc/$pid/comm" && printf '%s %s %s\\n' "$inode" "$pid" "$name"; done
exit 0`,
} as const;
