// Shapes that several elements share.

import { any, either, flag, integer, list, mapOf, number, oneOfWords, scalar, set, struct, text } from './shape.ts';

export const nameKey = /^[a-zA-Z0-9._-]+$/;

export const texts = set(text);
export const textOrList = either(text, texts);
export const listOrMap = either(mapOf(scalar('string', 'number', 'boolean', 'null')), texts);
export const optionValues = mapOf(scalar('string', 'number', 'null'), /^.+$/, true);
export const driverOptions = mapOf(scalar('string', 'number'), /^.+$/, true);
export const command = either(scalar('null'), text, list(text));
export const extraHosts = either(mapOf(either(text, list(text))), texts);

export const hook = struct(
  { command, user: text, privileged: flag, working_dir: text, environment: listOrMap },
  { required: ['command'] },
);

export const envFile = either(
  text,
  list(either(text, struct({ path: text, format: text, required: flag }, { required: ['path'], extensible: false }))),
);
export const labelFile = either(text, list(text));

export const fileMounts = list(either(text, struct({ source: text, target: text, uid: text, gid: text, mode: number })));

export const ulimits = mapOf(
  either(scalar('integer', 'string'), struct({ soft: integer, hard: integer }, { required: ['soft', 'hard'] })),
  /^[a-z]+$/,
  true,
);

const deviceRequest = { capabilities: texts, count: integer, device_ids: texts, driver: text, options: listOrMap };
export const deviceRequests = list(struct(deviceRequest, { required: ['capabilities'] }));
export const gpus = either(oneOfWords('all'), list(struct(deviceRequest, { extensible: true })));

export const external = either(scalar('boolean', 'string'), struct({ name: text }));
export const externalOpen = either(scalar('boolean', 'string'), mapOf(any, /^/, true));
