// Processor time of short commands from the built package: what a person waits for each time.

import { rm } from 'node:fs/promises';
import { type Figures, figuresOf } from './figures.ts';
import type { Tool } from './lifecycle.ts';
import { measure } from './measure.ts';
import { stackOf } from './stacks.ts';

export type StartUpResult = { readonly words: string; readonly cpuMs: readonly Figures[] };

export async function startUp(tools: readonly Tool[], runs: number): Promise<StartUpResult[]> {
  const { folder } = await stackOf(5, 'muster-bench-start-up');
  const results: StartUpResult[] = [];
  for (const words of [['version'], ['ps']]) {
    const samples = tools.map(() => [] as number[]);
    for (let run = 0; run < runs; run++)
      for (const [index, tool] of tools.entries())
        samples[index]?.push((await measure({ ...tool.command(...words), cwd: folder })).cpuMs);
    results.push({ words: words.join(' '), cpuMs: samples.map(figuresOf) });
  }
  await rm(folder, { recursive: true });
  return results;
}
