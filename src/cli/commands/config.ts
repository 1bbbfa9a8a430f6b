import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const configFlags = {
  format: { type: 'string', value: 'FORMAT', choices: ['yaml', 'json', 'toml'], help: 'yaml, json or toml' },
  output: { type: 'string', short: 'o', value: 'FILE', help: 'Write to a file' },
  quiet: { type: 'bool', short: 'q', help: 'Check only, print nothing' },
  services: { type: 'bool', help: 'Print names of services' },
  volumes: { type: 'bool', help: 'Print names of volumes' },
  networks: { type: 'bool', help: 'Print names of networks' },
  models: { type: 'bool', help: 'Print names of models' },
  profiles: { type: 'bool', help: 'Print names of profiles' },
  images: { type: 'bool', help: 'Print names of images' },
  environment: { type: 'bool', help: 'Print the variables that interpolation sees' },
  variables: { type: 'bool', help: 'Print the variables that the file uses' },
  hash: { type: 'string', value: 'SERVICE', help: 'Print the hash of a service; * for all' },
  'lock-image-digests': { type: 'bool', help: 'Print an override file that pins every image to its digest' },
  'resolve-image-digests': { type: 'bool', help: 'Ask the registries for the digest of every image' },
  'no-consistency': { type: 'bool', help: 'Do not check references' },
  'no-env-resolution': { type: 'bool', help: 'Has no effect: Docker Compose reads env_file all the same' },
  'no-interpolate': { type: 'bool', help: 'Leave variables as they are' },
  'no-normalize': { type: 'bool', help: 'Leave defaults out' },
  'no-path-resolution': { type: 'bool', help: 'Leave paths relative' },
} as const satisfies FlagTable;

export const config = command({
  name: 'config',
  group: 'file',
  summary: 'Print the file as it is understood, in canonical form',
  args: '[SERVICE...]',
  flags: configFlags,
  load: () => import('./config-run.ts'),
});
