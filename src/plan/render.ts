// A plan as text: one line per step, what differs below it, then what a person should know, counts and the digest. Colours are the printer's.

import { type FieldChange, type Plan, type Step, type Subject, providerRuntime } from '#model/plan.ts';
import { countsOf, countsInWords } from './counts.ts';
import { hidden } from './redact.ts';

export type Tone = 'create' | 'change' | 'replace' | 'remove' | 'quiet' | 'note' | 'plain';

/** `glyph` stands in front of `text`, in a column of its own. */
export type PlanLine = { readonly tone: Tone; readonly glyph: string; readonly text: string };

/** The lines of renderPlan, for printers that colour them. */
export function planLines(plan: Plan): PlanLine[] {
  const runtimes = new Set(plan.steps.map((step) => step.runtime));
  runtimes.delete(providerRuntime);
  const isMixed = runtimes.size > 1;
  const lines = plan.steps.flatMap((step) => [stepLine(step, isMixed), ...step.changes.map(changeLine)]);
  for (const note of plan.notes) lines.push({ tone: 'note', glyph: '!', text: note });
  lines.push({ tone: 'plain', glyph: '', text: countsInWords(countsOf(plan)) });
  lines.push({ tone: 'quiet', glyph: '', text: `plan ${plan.digest}` });
  return lines;
}

export function renderPlan(plan: Plan): string {
  return planLines(plan).map(lineText).join('\n');
}

/** A line without colour. Lines without a glyph start at the margin. */
export function lineText(line: PlanLine): string {
  return line.glyph === '' ? line.text : `${line.glyph.padEnd(3)} ${line.text}`;
}

/** `isMixed`: the plan's steps are on several runtimes, so that each says on which. */
function stepLine(step: Step, isMixed: boolean): PlanLine {
  const { glyph, tone } = looks(step);
  const after = step.after.length === 0 ? '' : ` (after ${inNumbers(step.after)})`;
  const detail = `${detailOf(step)}${isMixed && step.runtime !== providerRuntime ? ` on ${step.runtime}` : ''}`;
  return { glyph, tone, text: `#${step.id} ${subjectText(step.subject)}, ${step.kind}${detail}, ${step.cause}${after}` };
}

/** `network:back`, `web:2`: short, and the same words wherever a step is named. */
export function subjectText(subject: Subject): string {
  switch (subject.type) {
    case 'network':
    case 'volume':
      return `${subject.type}:${subject.key === '' ? subject.name : subject.key}`;
    case 'image':
      return `image:${subject.reference}`;
    case 'service':
      return `service:${subject.service}`;
    case 'replica':
      return `service:${subject.service}:${subject.number}`;
  }
}

function detailOf(step: Step): string {
  const { condition, optional, network, signal, timeoutSeconds, replaces } = step.options;
  const parts = [
    condition === undefined ? '' : `until ${conditionText[condition]}`,
    optional === true ? 'if it can be' : '',
    network === undefined ? '' : network.key,
    signal ?? '',
    timeoutSeconds === undefined ? '' : `${timeoutSeconds}s`,
    replaces === undefined ? '' : `beside ${replaces.name}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` ${parts.join(' ')}`;
}

const conditionText = {
  service_started: 'started',
  service_healthy: 'healthy',
  service_completed_successfully: 'completed',
  running_or_healthy: 'up',
} as const;

function looks(step: Step): { readonly glyph: string; readonly tone: Tone } {
  switch (step.kind) {
    case 'create-replica':
      return step.options.replaces === undefined ? { glyph: '+', tone: 'create' } : { glyph: '-/+', tone: 'replace' };
    case 'create-network':
    case 'create-volume':
    case 'pull-image':
    case 'build-image':
      return { glyph: '+', tone: 'create' };
    case 'remove-network':
    case 'remove-volume':
    case 'remove-replica':
    case 'remove-image':
    case 'end-provider':
      return { glyph: '-', tone: 'remove' };
    case 'start-replica':
    case 'stop-replica':
    case 'restart-replica':
    case 'kill-replica':
    case 'rename-replica':
    case 'connect-network':
    case 'disconnect-network':
    case 'run-provider':
    case 'stop-provider':
      return { glyph: '~', tone: 'change' };
    case 'wait-dependency':
      return { glyph: '.', tone: 'quiet' };
  }
}

function changeLine(change: FieldChange): PlanLine {
  return { glyph: ' ', tone: 'change', text: `    ${changeText(change)}` };
}

/** `command: a -> b`; what is hidden says only what happened to it. */
export function changeText({ field, from, to }: FieldChange): string {
  if (to === hidden.changed || to === 'content changed') return `${field}: ${to}`;
  if (from === hidden.set && to === null) return `${field}: (removed)`;
  if (from === null) return `${field}: ${to === hidden.set ? '' : '+ '}${to}`;
  if (to === null) return `${field}: - ${from}`;
  return `${field}: ${from} -> ${to}`;
}

/** 3, 4, 5, 9 -> `#3-#5, #9`. */
function inNumbers(ids: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const id of ids) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === id - 1) last[1] = id;
    else runs.push([id, id]);
  }
  return runs
    .map(([first, last]) => (first === last ? `#${first}` : first + 1 === last ? `#${first}, #${last}` : `#${first}-#${last}`))
    .join(', ');
}
