import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const watchFlags = {
  'no-up': { type: 'bool', help: 'Watch for what runs already, without building or starting anything first' },
  prune: { type: 'bool', default: true, help: 'After a rebuild, remove the image that has lost its name by it' },
  quiet: { type: 'bool', help: "Build without the builder's output" },
} as const satisfies FlagTable;

export const watch = command({
  name: 'watch',
  group: 'run',
  summary: 'Bring changed files into what runs, as develop.watch says',
  args: '[SERVICE...]',
  description:
    'Brings the services up, then syncs files, rebuilds and restarts as they change, until Ctrl-C; what runs goes on running.\nWith services named, these and what they depend on are watched.',
  flags: watchFlags,
  examples: [
    { line: 'muster watch', does: 'bring everything up and watch' },
    { line: 'muster watch --no-up web', does: 'watch for what runs already' },
    { line: 'muster up --watch', does: 'the same with logs; Ctrl-C stops the services' },
  ],
  load: () => import('./watch-run.ts'),
});
