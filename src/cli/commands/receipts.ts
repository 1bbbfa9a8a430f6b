import { command } from '../command.ts';
import type { FlagTable } from '../flag-types.ts';

export const receiptsFlags = {
  format: { type: 'string', value: 'FORMAT', choices: ['text', 'json'], default: 'text', help: 'text or json' },
} as const satisfies FlagTable;

const shared = { name: 'receipts', group: 'history', flags: receiptsFlags } as const;

const list = command({
  ...shared,
  name: 'list',
  summary: "List this project's receipts, the newest last",
  args: '',
  load: async () => ({ run: (await import('./receipts-run.ts')).list }),
});

const show = command({
  ...shared,
  name: 'show',
  summary: 'Show one receipt with its steps; the newest unless a number is given',
  args: '[NUMBER]',
  takes: { min: 0, max: 1 },
  load: async () => ({ run: (await import('./receipts-run.ts')).show }),
});

const verify = command({
  ...shared,
  name: 'verify',
  summary: 'Check that no receipt was edited, left out or reordered',
  args: '',
  load: async () => ({ run: (await import('./receipts-run.ts')).verify }),
});

export const receipts = command({
  ...shared,
  summary: 'List, show and verify the records of what was changed',
  args: '',
  description: 'Every command that changes something leaves a receipt; the receipts of a project form a chain of hashes.',
  subcommands: [list, show, verify],
  load: list.load,
});
