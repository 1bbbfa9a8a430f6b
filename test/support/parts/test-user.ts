// A Unix user of a test's own: a plain shell, no password, and what sudo lets it do.

import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

export type TestUser = { readonly name: string; readonly uid: number; readonly home: string; remove(): void };

export type TestUserOptions = {
  /** `always`: sudo never asks. `password`: it asks for this user's. */
  readonly sudo?: 'always' | { readonly password: string };
  readonly shell?: string;
};

let made = 0;

/** Needs root and sudo. */
export function makeTestUser({ sudo, shell = '/bin/sh' }: TestUserOptions = {}): TestUser {
  if (process.getuid?.() !== 0) throw new Error('making users needs root');
  const name = `muster-test-${process.pid}-${++made}`;
  execFileSync('useradd', ['--create-home', '--shell', shell, name]);
  // "*" is no password, and yet no locked account, which sshd would refuse.
  if (typeof sudo === 'object') execFileSync('chpasswd', { input: `${name}:${sudo.password}\n` });
  else execFileSync('usermod', ['--password', '*', name]);
  // sudo passes over files with a dot in their name.
  const sudoers = `/etc/sudoers.d/${name}`;
  if (sudo !== undefined)
    writeFileSync(sudoers, `${name} ALL=(ALL) ${sudo === 'always' ? 'NOPASSWD: ' : ''}ALL\n`, { mode: 0o440 });
  return {
    name,
    uid: Number(execFileSync('id', ['-u', name], { encoding: 'utf8' })),
    home: `/home/${name}`,
    remove() {
      rmSync(sudoers, { force: true });
      execFileSync('userdel', ['--force', '--remove', name], { stdio: 'ignore' });
    },
  };
}
