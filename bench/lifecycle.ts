// up, up again, ps and down of one project, by muster and by Docker Compose in turns.

import { rm } from 'node:fs/promises';
import { type Figures, figuresOf } from './figures.ts';
import { type Command, type Sample, measure } from './measure.ts';
import { type Stack, stackOf } from './stacks.ts';

export type Tool = { readonly name: string; command(...args: string[]): Pick<Command, 'program' | 'args'> };

export const actions = ['up', 'up again', 'ps', 'down'] as const;
export type Action = (typeof actions)[number];

export type LifecycleResult = {
  readonly count: number;
  /** Wall time in ms per action, in the order of the tools. */
  readonly wallMs: Readonly<Record<Action, readonly Figures[]>>;
  /** Peak memory of `up`, the largest of all runs, in the order of the tools. */
  readonly upMegabytes: readonly number[];
};

/** Each round runs every tool once, in alternating order, so that a busy minute hits all of them. */
export async function lifecycle(tools: readonly Tool[], count: number, rounds: number): Promise<LifecycleResult> {
  const lanes = await Promise.all(tools.map((tool, index) => openLane(tool, count, `muster-bench-${index}-${count}`)));
  for (let round = 0; round < rounds; round++)
    for (const lane of round % 2 === 0 ? lanes : lanes.toReversed()) await runRoundTwiceIfNeeded(lane, round);
  await Promise.all(lanes.map((lane) => rm(lane.stack.folder, { recursive: true })));
  const figures = (action: Action): Figures[] => lanes.map((lane) => figuresOf(lane.wallMs[action]));
  return {
    count,
    wallMs: { up: figures('up'), 'up again': figures('up again'), ps: figures('ps'), down: figures('down') },
    upMegabytes: lanes.map((lane) => Math.max(...lane.upMegabytes)),
  };
}

/** One tool with a project of its own and what was measured of it. */
type Lane = {
  readonly tool: Tool;
  readonly stack: Stack;
  readonly wallMs: Readonly<Record<Action, number[]>>;
  readonly upMegabytes: number[];
};

async function openLane(tool: Tool, count: number, project: string): Promise<Lane> {
  const wallMs = { up: [], 'up again': [], ps: [], down: [] };
  return { tool, stack: await stackOf(count, project), wallMs, upMegabytes: [] };
}

/**
 * Engine 20.10 sometimes keeps an endpoint of a container that is gone, and then nobody can remove the network: such a round is done again
 * under another project name, and what it had measured until then still counts.
 */
async function runRoundTwiceIfNeeded(lane: Lane, round: number): Promise<void> {
  try {
    await runRound(lane);
  } catch (error) {
    console.error(
      `${lane.tool.name}, round ${round + 1}, once more after: ${(error as Error).message.trim().split('\n').at(-1)}`,
    );
    const stack = await stackOf(lane.stack.count, `${lane.stack.project}-${round}`);
    await runRound({ ...lane, stack });
    await rm(stack.folder, { recursive: true });
  }
}

async function runRound({ tool, stack, wallMs, upMegabytes }: Lane): Promise<void> {
  const run = (...words: string[]): Promise<Sample> => measure({ ...tool.command(...words), cwd: stack.folder });
  try {
    for (const action of actions) {
      const sample = await run(...words[action]);
      wallMs[action].push(sample.wallMs);
      if (action === 'up') upMegabytes.push(sample.peakMegabytes);
    }
  } catch (error) {
    // Best effort: what a failed run started should not disturb the next.
    await run(...words.down).catch(() => {});
    throw error;
  }
}

const words: Readonly<Record<Action, readonly string[]>> = {
  up: ['up', '-d'],
  'up again': ['up', '-d'],
  ps: ['ps'],
  down: ['down', '-t', '1'],
};
