// `x-muster`, of a service and of the whole file. Checked like the rest: a misspelt key is an error and not a silent nothing.

import { runtimeKinds } from '#model/muster-extension.ts';
import { ports } from './mounts.ts';
import { command } from './parts.ts';
import { between, either, list, mapOf, matching, oneOfWords, scalar, struct, text } from './shape.ts';

const host = matching(/^(local|([Ss][Ss][Hh]|[Ss][Uu][Dd][Oo]):\/\/.*)$/, 'local, ssh://deploy@web1 or sudo://');

const variables = mapOf(scalar('string', 'number', 'boolean', 'null'));
const process = struct(
  { command, working_dir: text, environment: variables, user: text, nice: between(-20, 19), ports, ignore: list(text) },
  { extensible: false },
);
const port = between(1, 65_535);
const health = struct(
  { http: matching(/^https?:\/\/[^\s/?#]+/, 'http://localhost:80/health'), status: between(100, 599), tcp: port },
  { extensible: false },
);

const status = either(scalar('integer'), matching(/^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$/, '200 or 200-299'));

const remote = struct(
  {
    url: matching(/^(https?|tcp):\/\/[^\s/?#]+/, 'https://api.example.com/health or tcp://db.example.com:5432'),
    headers: mapOf(
      either(scalar('string', 'number'), struct({ secret: text, prefix: text }, { required: ['secret'], extensible: false })),
    ),
    expected_status: either(status, list(status)),
    expected_version: struct(
      { header: text, json: text, equals: scalar('string', 'number') },
      {
        required: ['equals'],
        extensible: false,
      },
    ),
    health: struct({ interval: text, timeout: text, retries: between(1) }, { extensible: false }),
  },
  { required: ['url'], extensible: false },
);

export const musterOfService = struct(
  { runtime: oneOfWords(...runtimeKinds), host, process, health, remote },
  { extensible: false },
);

export const musterOfProject = struct({ host }, { extensible: false });
