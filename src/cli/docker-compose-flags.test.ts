// Scripts written for `docker compose` run unchanged: each flag of Docker Compose 2.40 either works or is an error that says so.

import { expect, test } from 'vitest';
import { globalFlags } from './globals.ts';
import { commands } from './table.ts';

const dockerCompose: Readonly<Record<string, string>> = {
  build:
    '--build-arg --builder --check --compress --force-rm -m/--memory --no-cache --no-rm --parallel --print --progress --provenance --pull --push -q/--quiet --sbom --ssh --with-dependencies',
  config:
    '--environment --format --hash --images --lock-image-digests --models --networks --no-consistency --no-env-resolution --no-interpolate --no-normalize --no-path-resolution -o/--output --profiles -q/--quiet --resolve-image-digests --services --variables --volumes',
  create: '--build --force-recreate --no-build --no-recreate --pull --quiet-pull --remove-orphans --scale -y/--yes',
  down: '--remove-orphans --rmi -t/--timeout -v/--volumes',
  events: '--json --since --until',
  exec: '-d/--detach -e/--env --index -i/--interactive -T/--no-tty --privileged -t/--tty -u/--user -w/--workdir',
  images: '--format -q/--quiet',
  kill: '--remove-orphans -s/--signal',
  logs: '-f/--follow --index --no-color --no-log-prefix --since -n/--tail -t/--timestamps --until',
  ls: '-a/--all --filter --format -q/--quiet',
  port: '--index --protocol',
  ps: '-a/--all --filter --format --no-trunc --orphans -q/--quiet --services --status',
  pull: '--ignore-buildable --ignore-pull-failures --include-deps --no-parallel --parallel --policy -q/--quiet',
  restart: '--no-deps -t/--timeout',
  rm: '-a/--all -f/--force -s/--stop -v/--volumes',
  run: '--build --cap-add --cap-drop -d/--detach --entrypoint -e/--env --env-from-file -i/--interactive -l/--label --name -T/--no-TTY --no-deps -p/--publish --pull -q/--quiet --quiet-build --quiet-pull --remove-orphans --rm -P/--service-ports -t/--tty --use-aliases -u/--user -v/--volume -w/--workdir',
  scale: '--no-deps',
  start: '',
  stop: '-t/--timeout',
  up: '--abort-on-container-exit --abort-on-container-failure --always-recreate-deps --attach --attach-dependencies --build -d/--detach --exit-code-from --force-recreate --menu --no-attach --no-build --no-color --no-deps --no-log-prefix --no-recreate --no-start --pull --quiet-build --quiet-pull --remove-orphans -V/--renew-anon-volumes --scale -t/--timeout --timestamps --wait --wait-timeout -w/--watch -y/--yes',
  version: '-f/--format --short',
  watch: '--no-up --prune --quiet',
};

test.each(Object.entries(dockerCompose))('%s has every flag of Docker Compose, or names it as one to come', (name, text) => {
  const command = commands.find((one) => one.name === name);
  const flags = { ...globalFlags, ...command?.flags };
  const names = [...Object.keys(flags).map((flag) => `--${flag}`), ...(command?.notYet ?? [])];
  const letters = [...Object.values(command?.flags ?? {}).map((flag) => `-${flag.short}`), ...(command?.notYet ?? [])];
  const missing = text
    .split(' ')
    .flatMap((flag) => flag.split('/'))
    .filter((flag) => flag !== '' && !names.includes(flag) && !letters.includes(flag));
  expect(missing).toEqual([]);
});
