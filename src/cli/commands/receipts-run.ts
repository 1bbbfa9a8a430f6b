import { listReceipts, readReceipt } from '#apply/receipts.ts';
import { verifyReceipts } from '#apply/verify-receipts.ts';
import { MusterError } from '#lib/errors.ts';
import { stateDirectory } from '#lib/state-directory.ts';
import type { Receipt } from '#model/receipt.ts';
import { findProjectName } from '../application.ts';
import type { Invocation } from '../command.ts';
import { receiptPage, receiptTable } from '../render/receipt-text.ts';
import type { receiptsFlags } from './receipts.ts';

type Receipts = Invocation<typeof receiptsFlags>;

export async function list({ app, flags }: Receipts): Promise<void> {
  const receipts = listReceipts(stateDirectory(app.environment), await findProjectName(app));
  app.terminal.stdout.write(flags.format === 'json' ? `${JSON.stringify(receipts)}\n` : receiptTable(receipts));
}

export async function show({ app, flags, args }: Receipts): Promise<void> {
  const project = await findProjectName(app);
  const receipt = receiptNumbered(stateDirectory(app.environment), project, args[0]);
  const { stdout } = app.terminal;
  stdout.write(flags.format === 'json' ? `${JSON.stringify(receipt, null, 2)}\n` : receiptPage(receipt, stdout.hasColour));
}

function receiptNumbered(directory: string, project: string, text: string | undefined): Receipt {
  if (text === undefined) {
    const last = listReceipts(directory, project).at(-1);
    if (last !== undefined) return last;
    throw new MusterError('RECEIPT_NOT_FOUND', `project ${project} has no receipts`, {
      hint: 'commands that change something leave one; muster ls -a lists the projects there are',
    });
  }
  if (/^[1-9]\d*$/.test(text)) return readReceipt(directory, project, Number(text));
  throw new MusterError('BAD_ARGUMENT', `"${text}" is not the number of a receipt`, { hint: 'muster receipts list' });
}

export async function verify({ app, flags }: Receipts): Promise<number> {
  const project = await findProjectName(app);
  const report = verifyReceipts(stateDirectory(app.environment), project);
  const { stdout } = app.terminal;
  if (flags.format === 'json') {
    stdout.write(`${JSON.stringify(report)}\n`);
    return report.problems.length === 0 ? 0 : 1;
  }
  const [first] = report.problems;
  if (first === undefined) {
    stdout.write(
      `${report.receipts} receipts of project ${project}: the chain holds${report.head === '' ? '' : ` (${report.head})`}\n`,
    );
    return 0;
  }
  const others = report.problems.slice(1).map((problem) => `receipt ${problem.sequence}: ${problem.problem}`);
  throw new MusterError(
    'RECEIPT_CHAIN_BROKEN',
    [`receipt ${first.sequence} of project ${project}: ${first.problem}`, ...others].join('\n'),
    {
      place: { file: first.file },
      hint: 'what came after it can not be trusted either; compare with a backup of the state directory',
    },
  );
}
