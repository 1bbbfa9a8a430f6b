import { command } from '../command.ts';

export const help = command({
  name: 'help',
  group: 'muster',
  summary: 'Explain a command',
  args: '[COMMAND]',
  takes: { min: 0, max: 2 },
  flags: {},
  load: async () => {
    const { run } = await import('./help-run.ts');
    return { run: async ({ app, args }) => run(args, app.terminal) };
  },
});
