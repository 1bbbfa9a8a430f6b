// A plan on a terminal: the planner's lines with a colour per kind of change.

import type { Plan } from '#model/plan.ts';
import { lineText, planLines, type Tone } from '#plan/render.ts';
import { coloursFor, type Paint } from './colours.ts';

export function planText(plan: Plan, hasColour: boolean): string {
  const { green, yellow, red, cyan, dim } = coloursFor(hasColour);
  const plain: Paint = (text) => text;
  const paints: Readonly<Record<Tone, Paint>> = {
    create: green,
    change: yellow,
    replace: yellow,
    remove: red,
    note: cyan,
    quiet: dim,
    plain,
  };
  return planLines(plan)
    .map((line) => `${paints[line.tone](lineText(line))}\n`)
    .join('');
}
