// What stands between a service and everything else: a few lines of sh that own its pipes, its terminal and its exit status, so that the
// agent may be killed or replaced at any time. Constant text: arguments and environment pass through as they are, none is ever part of it.
// Variables have a prefix, because setting one that the service's environment has would change it there.

/**
 * $1 folder of all replicas, $2 folder of their outputs' FIFOs, $3 the agent's FIFO for notices, $4 id, $5 number of this run, $6 what its stdin is:
 * `none`, or a FIFO that is `held` open or not (`once`), or held for a `terminal` in between; $7 umask, $8 directory to go to ('' for none). What follows are lists, each with its length in front: cgroup files to join, variables
 * (`NAME=value` to set, `NAME` to take away); last the words to run.
 *
 * - Whoever makes the file run.N first may say what becomes of run N: this shim, or an agent that found no trace of it. So nothing runs twice.
 *   Its first line has a fixed width and is written over in place, so that a full disk can't keep an exit code from being told.
 * - Each output passes a FIFO to a tee: what reads it is no part of the agent, and `echo > /dev/stderr` works, which would empty the log if
 *   that stood there itself. A tee whose disk is full says so and keeps reading, so that the service goes on.
 * - The service has a session of its own: signals to its group reach neither this shell nor the tees.
 * - A tee says in English what is wrong, which is read here, and loads no locale, which is a third of what starting it costs.
 * - `<>` opens a FIFO without waiting for the other side, and a file without emptying it.
 * - `$$` would be another's: a launcher forks this. Field 22 of its own stat says when it began.
 */
const shimFunction = (tee: string): string => String.raw`muster_shim() {
  muster_folder=$1/$4 muster_pipe=$2/$4 muster_notices=$3 muster_id=$4 muster_run=$5 muster_mode=$6 muster_mask=$7
  muster_directory=$8
  shift 8
  trap : HUP INT QUIT TERM PIPE USR1 USR2 ALRM
  read -r muster_pid muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_skip muster_start muster_skip </proc/self/stat
  muster_who="$muster_pid $muster_start"
  set -C
  printf 'shim %-42s\n' "$muster_who" 2>/dev/null >"$muster_folder/run.$muster_run" || exit 0
  set +C
  muster_input=$muster_folder/in
  case $muster_mode in
    none) muster_input=/dev/null ;;
    held | terminal) exec 3<>"$muster_input" ;;
  esac
  LC_ALL=C ${tee} -a "$muster_folder/stdout" <"$muster_pipe.out" >/dev/null 2<>"$muster_notices" 3>&- &
  LC_ALL=C ${tee} -a "$muster_folder/stderr" <"$muster_pipe.err" >/dev/null 2<>"$muster_notices" 3>&- &
  (
    # What can't be joined is said by the agent.
    muster_left=$1
    shift
    while [ "$muster_left" -gt 0 ]; do
      { echo 0 >"$1"; } 2>/dev/null
      muster_left=$((muster_left - 1))
      shift
    done
    [ "$muster_mode" = terminal ] || {
      read -r muster_process </proc/self/stat
      echo "$muster_process" >>"$muster_folder/run.$muster_run"
      echo "started $muster_id $muster_run" 1<>"$muster_notices"
    }
    [ -z "$muster_directory" ] || { cd "$muster_directory" && unset OLDPWD; } || exit 126
    umask "$muster_mask"
    muster_left=$1
    shift
    while [ "$muster_left" -gt 0 ]; do
      case $1 in
        *=*) export "$1" ;;
        *) unset "$1" ;;
      esac
      muster_left=$((muster_left - 1))
      shift
    done
    exec "$@"
  ) <"$muster_input" >"$muster_pipe.out" 2>"$muster_pipe.err" 3>&-
  printf 'exit %-42s\n' "$? $muster_who" 1<>"$muster_folder/run.$muster_run"
  echo "exited $muster_id $muster_run" 1<>"$muster_notices"
  exec 3>&-
  wait
  echo "drained $muster_id $muster_run" 1<>"$muster_notices"
}
`;

const heading = '# muster: keeps a native service’s pipes and exit status. See docs/decisions/0008.\n';

/** One shim. Its arguments are those of the function. */
export const shimScript = (tee: string): string => `${heading}${shimFunction(tee)}muster_shim "$@"\n`;

/**
 * Forks shims, which costs a quarter of starting each by itself. $1 to $3 as above. Each request is a number and as many lines: the further
 * arguments of one shim. They are read, byte by byte, and never evaluated. Its end is that of its stdin; what it has begun goes on.
 */
export const launcherScript = (tee: string): string => String.raw`${heading}${shimFunction(tee)}
umask 077
muster_root=$1 muster_pipes=$2 muster_notices=$3
while IFS= read -r muster_left; do
  set -- "$muster_root" "$muster_pipes" "$muster_notices"
  while [ "$muster_left" -gt 0 ]; do
    IFS= read -r muster_word || exit 0
    set -- "$@" "$muster_word"
    muster_left=$((muster_left - 1))
  done
  muster_shim "$@" </dev/null &
done
`;

/**
 * Runs inside the terminal that script(1) makes, which takes a command as text only: the text is constant, the words come in numbered
 * variables, which eval names and never reads.
 */
export const terminalScript = String.raw`# muster: the inside of a native service's terminal. See docs/decisions/0008.
if [ "$MUSTER_RUN_FILE" ]; then
  read -r muster_process </proc/self/stat
  echo "$muster_process" >>"$MUSTER_RUN_FILE"
  echo "started $MUSTER_REPLICA_ID $MUSTER_RUN" 1<>"$MUSTER_NOTICES"
fi
set --
muster_at=0
while [ "$muster_at" -lt "$MUSTER_WORDS" ]; do
  eval "set -- \"\$@\" \"\$MUSTER_WORD_$muster_at\""
  unset "MUSTER_WORD_$muster_at"
  muster_at=$((muster_at + 1))
done
if [ "$MUSTER_SHELL" ]; then export SHELL="$MUSTER_SHELL"; else unset SHELL; fi
unset MUSTER_RUN_FILE MUSTER_RUN MUSTER_NOTICES MUSTER_WORDS MUSTER_SHELL MUSTER_TERMINAL
exec "$@"
`;

/** $1 log, $2 FIFO, $3 notices: a tee in the place of one whose disk was full. */
export const resumeScript = (tee: string): string => `LC_ALL=C exec ${tee} -a "$1" <"$2" >/dev/null 2<>"$3"`;
