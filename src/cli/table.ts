// Every command, in the order of help. Only data: what a command does is loaded when it runs.

import type { Command } from './command.ts';
import { agent } from './commands/agent.ts';
import { build } from './commands/build.ts';
import { config } from './commands/config.ts';
import { create } from './commands/create.ts';
import { down } from './commands/down.ts';
import { events } from './commands/events.ts';
import { exec } from './commands/exec.ts';
import { help } from './commands/help.ts';
import { images } from './commands/images.ts';
import { kill } from './commands/kill.ts';
import { logs } from './commands/logs.ts';
import { ls } from './commands/ls.ts';
import { model } from './commands/model.ts';
import { plan } from './commands/plan.ts';
import { port } from './commands/port.ts';
import { ps } from './commands/ps.ts';
import { pull } from './commands/pull.ts';
import { receipts } from './commands/receipts.ts';
import { restart } from './commands/restart.ts';
import { rm } from './commands/rm.ts';
import { run } from './commands/run.ts';
import { scale } from './commands/scale.ts';
import { start } from './commands/start.ts';
import { status } from './commands/status.ts';
import { stop } from './commands/stop.ts';
import { top } from './commands/top.ts';
import { up } from './commands/up.ts';
import { validate } from './commands/validate.ts';
import { version } from './commands/version.ts';
import { watch } from './commands/watch.ts';

export const commands: readonly Command[] = [
  up,
  watch,
  plan,
  down,
  start,
  stop,
  restart,
  scale,
  create,
  kill,
  rm,
  ps,
  status,
  logs,
  top,
  ls,
  port,
  events,
  exec,
  run,
  build,
  pull,
  images,
  config,
  model,
  validate,
  receipts,
  version,
  help,
  agent,
];
