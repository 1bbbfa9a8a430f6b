// Receipts for people: the list as a table, one as a page.

import type { Receipt, StepResult } from '#model/receipt.ts';
import { coloursFor, type Paint } from './colours.ts';
import { shortDuration } from '#lib/human.ts';
import { renderTable } from './table.ts';

export function receiptTable(receipts: readonly Receipt[]): string {
  return renderTable(
    ['NUMBER', 'WHEN', 'COMMAND', 'RESULT', 'STEPS', 'TOOK', 'WHO'],
    receipts.map((receipt) => [
      String(receipt.sequence),
      receipt.startedAt.slice(0, 19).replace('T', ' '),
      receipt.command ?? receipt.verb,
      receipt.result,
      stepCounts(receipt.steps),
      shortDuration(milliseconds(receipt)),
      `${receipt.actor.user}@${receipt.actor.host}`,
    ]),
  );
}

function stepCounts(steps: readonly StepResult[]): string {
  const done = steps.filter((step) => step.status === 'done').length;
  return done === steps.length ? String(done) : `${done} of ${steps.length}`;
}

export function receiptPage(receipt: Receipt, hasColour: boolean): string {
  const { bold, dim } = coloursFor(hasColour);
  const images = Object.entries(receipt.inputs.images);
  return [
    bold(`receipt ${receipt.sequence} of project ${receipt.project}: ${receipt.verb} ${receipt.result}`),
    `command  ${receipt.command ?? receipt.verb}`,
    `when     ${receipt.startedAt}, took ${shortDuration(milliseconds(receipt))}`,
    `who      ${receipt.actor.user}@${receipt.actor.host} with muster ${receipt.actor.muster}`,
    `on       ${receipt.runtimes.map(({ name, location }) => `${name} ${location}`).join(', ')}`,
    ...receipt.inputs.files.map((file) => `file     ${file}`),
    ...images.map(([reference, id]) => `image    ${reference} = ${id}`),
    ...receipt.planDigests.map((digest) => `plan     ${digest}`),
    ...receipt.steps.map((step) => stepLine(step, hasColour)),
    dim(`previous ${receipt.previous === '' ? '(first)' : receipt.previous}`),
    dim(`hash     ${receipt.hash}`),
    '',
  ].join('\n');
}

function stepLine(step: StepResult, hasColour: boolean): string {
  const { green, red, yellow } = coloursFor(hasColour);
  const paint: Paint = step.status === 'done' ? green : step.status === 'failed' ? red : yellow;
  const span =
    step.startedAt === null || step.endedAt === null
      ? ''
      : `  ${shortDuration(Date.parse(step.endedAt) - Date.parse(step.startedAt))}`;
  const error = step.error === undefined ? '' : `\n       ${step.error.message}`;
  return `  #${step.step} ${step.subject}, ${step.kind}, ${step.cause}: ${paint(step.status)}${span}${error}`;
}

const milliseconds = ({ startedAt, endedAt }: Receipt): number => Date.parse(endedAt) - Date.parse(startedAt);
