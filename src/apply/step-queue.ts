// Which step is next: of those whose predecessors are done, the one with the longest way still to go behind it.

import type { Step } from '#model/plan.ts';

export class StepQueue {
  readonly #steps: ReadonlyMap<number, Step>;
  readonly #followers = new Map<number, number[]>();
  /** How many steps each one still waits for. */
  readonly #waitsFor = new Map<number, number>();
  readonly #height: ReadonlyMap<number, number>;
  /** Ready work by runtime, each a binary heap. */
  readonly #ready = new Map<string, Step[]>();
  /** Ready steps that only wait: they need no slot, so they have no order. */
  readonly #waits: Step[] = [];

  constructor(steps: readonly Step[]) {
    this.#steps = new Map(steps.map((step) => [step.id, step]));
    for (const step of steps) {
      const before = new Set(step.after);
      this.#waitsFor.set(step.id, before.size);
      for (const id of before) {
        const followers = this.#followers.get(id);
        if (followers === undefined) this.#followers.set(id, [step.id]);
        else followers.push(step.id);
      }
    }
    this.#height = heights(steps);
    for (const step of steps) if (step.after.length === 0) this.#admit(step);
  }

  /** A wait that may begin, and takes it off. */
  takeWait(): Step | undefined {
    return this.#waits.shift();
  }

  /** The next step that may do its work, of a runtime that has room, and takes it off; undefined when there is none right now. */
  takeWork(hasRoom: (runtime: string) => boolean): Step | undefined {
    for (const [runtime, heap] of this.#ready) if (heap.length > 0 && hasRoom(runtime)) return this.#pop(heap);
    return undefined;
  }

  /** `step` is done: those that waited for it only are ready now. */
  done(step: Step): void {
    for (const id of this.#followers.get(step.id) ?? []) {
      const left = (this.#waitsFor.get(id) ?? 0) - 1;
      this.#waitsFor.set(id, left);
      // Followers are ids of steps of this plan.
      if (left === 0) this.#admit(this.#steps.get(id) as Step);
    }
  }

  /** Everything that directly or not comes after `step`; none of it can become ready any more. */
  followersOf(step: Step): Step[] {
    const found = new Set<number>();
    const queue = [step.id];
    for (let id = queue.pop(); id !== undefined; id = queue.pop())
      for (const follower of this.#followers.get(id) ?? [])
        if (!found.has(follower)) {
          found.add(follower);
          queue.push(follower);
        }
    return [...found].sort((a, b) => a - b).map((id) => this.#steps.get(id) as Step);
  }

  #admit(step: Step): void {
    if (isWait(step)) this.#waits.push(step);
    else this.#push(step);
  }

  #before(a: Step, b: Step): boolean {
    const difference = (this.#height.get(b.id) ?? 0) - (this.#height.get(a.id) ?? 0);
    return difference === 0 ? a.id < b.id : difference < 0;
  }

  // Indices below are in range by the heap's shape.
  #push(step: Step): void {
    let heap = this.#ready.get(step.runtime);
    if (heap === undefined) this.#ready.set(step.runtime, (heap = []));
    let index = heap.push(step) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#before(step, heap[parent] as Step)) break;
      heap[index] = heap[parent] as Step;
      index = parent;
    }
    heap[index] = step;
  }

  #pop(heap: Step[]): Step | undefined {
    const [first] = heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first;
    heap[0] = last;
    this.#sink(heap, 0);
    return first;
  }

  #sink(heap: Step[], start: number): void {
    const step = heap[start] as Step;
    let index = start;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.#before(heap[child + 1] as Step, heap[child] as Step)) child++;
      if (!this.#before(heap[child] as Step, step)) break;
      heap[index] = heap[child] as Step;
      index = child;
    }
    heap[index] = step;
  }
}

export const isWait = (step: Step): boolean => step.kind === 'wait-dependency';

/** Longest chain of steps behind each one. Steps come in an order that holds every edge, so one pass backwards is enough. */
function heights(steps: readonly Step[]): ReadonlyMap<number, number> {
  const height = new Map<number, number>();
  for (const step of steps.toReversed()) {
    const own = height.get(step.id) ?? 0;
    height.set(step.id, own);
    for (const before of step.after) height.set(before, Math.max(height.get(before) ?? 0, own + 1));
  }
  return height;
}
