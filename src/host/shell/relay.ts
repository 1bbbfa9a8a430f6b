// A connection as seen from there, made by a program over there that copies bytes both ways: where SSH can't forward (under sudo).

import type { Duplex, Readable, Writable } from 'node:stream';
import { MusterError } from '#lib/errors.ts';
import type { CommandSpec, ConnectTarget, HostProcess } from '../host.ts';
import { JoinedStream } from '../joined-stream.ts';
import { fileError } from './errno.ts';

export async function relayedConnection(
  spawn: (command: CommandSpec) => Promise<HostProcess>,
  target: ConnectTarget,
  location: string,
): Promise<Duplex> {
  const words = 'unix' in target ? ['unix', target.unix] : ['tcp', target.host, String(target.port)];
  const relay = await spawn({ argv: ['/bin/sh', '-c', chooser, 'muster', perl, python, ...words] });
  relay.stdin.on('error', () => {});
  const said = await firstWords(relay);
  if (said !== 'connected\n') {
    relay.kill('SIGTERM');
    const { exitCode } = await relay.ended;
    if (exitCode === 42)
      throw new MusterError('UNSUPPORTED', `no connection from within ${location}: it has neither perl nor python3`, {
        hint: 'install one of them there, or use a host that is reached by ssh alone',
      });
    throw fileError('connect', words[1] ?? '', said);
  }
  return new JoinedStream(relay.stdout as Readable, relay.stdin as Writable, { release: () => relay.kill('SIGTERM') });
}

/** "connected", or why not. */
function firstWords({ stderr }: HostProcess): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.startsWith('connected\n')) resolve('connected\n');
    });
    for (const event of ['end', 'close']) stderr.once(event, () => resolve(said));
  });
}

const chooser = `perl=$1 python=$2; shift 2
command -v perl >/dev/null && exec perl -e "$perl" "$@"
command -v python3 >/dev/null && exec python3 -c "$python" "$@"
exit 42`;

/** Modules of perl-base only. The end of stdin is the end of what we send; the end of what comes is the end of all. */
const perl = `use strict; use Socket qw(:all); my ($kind, $to, $port) = @ARGV; my $s;
sub bad { print STDERR "$_[0]\\n"; exit 1 }
if ($kind eq "unix") {
  socket($s, AF_UNIX, SOCK_STREAM, 0) && connect($s, pack_sockaddr_un($to)) or bad("$!");
} else {
  my ($wrong, @found) = getaddrinfo($to, $port, { socktype => SOCK_STREAM });
  bad("$wrong") if $wrong;
  my $ok = 0;
  for my $a (@found) { if (socket($s, $a->{family}, SOCK_STREAM, 0) && connect($s, $a->{addr})) { $ok = 1; last } }
  bad("$!") unless $ok;
}
syswrite(STDERR, "connected\\n");
sub copy { my ($from, $to) = @_; my $b;
  while (sysread($from, $b, 65536)) { my $at = 0;
    while ($at < length $b) { my $n = syswrite($to, $b, length($b) - $at, $at); return unless defined $n; $at += $n } } }
my $child = fork; bad("$!") unless defined $child;
if ($child == 0) { copy(*STDIN, $s); shutdown($s, 1); exit 0 }
copy($s, *STDOUT); kill "TERM", $child; exit 0`;

const python = `import os, socket, sys, threading
kind, to = sys.argv[1], sys.argv[2]
try:
    if kind == "unix":
        s = socket.socket(socket.AF_UNIX); s.connect(to)
    else:
        s = socket.create_connection((to, int(sys.argv[3])))
except OSError as e:
    sys.exit(e.strerror or str(e))
os.write(2, b"connected\\n")
def send():
    while True:
        b = os.read(0, 65536)
        if not b: break
        s.sendall(b)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=send, daemon=True).start()
while True:
    b = s.recv(65536)
    if not b: break
    while b: b = b[os.write(1, b):]
os._exit(0)`;
