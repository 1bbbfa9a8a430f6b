// Every command, in the order of help. Only data: what a command does is loaded when it runs.

import type { Command } from './command.ts';
import { help } from './commands/help.ts';
import { version } from './commands/version.ts';

export const commands: readonly Command[] = [version, help];
