import { expect, test } from 'vitest';
import type { StepEvent, StepStatus } from '#model/event.ts';
import type { Step, StepKind } from '#model/plan.ts';
import { progressFrame, rowsOnScreen } from './progress-frame.ts';
import { ProgressRows } from './progress-rows.ts';

function step(id: number, kind: StepKind, name: string): Step {
  const subject =
    kind === 'create-network'
      ? ({ type: 'network', key: 'default', name } as const)
      : ({ type: 'replica', service: 'web', number: 1, name, id: null } as const);
  return { id, kind, subject, runtime: 'docker', cause: '', changes: [], after: [], options: {} };
}

const event = (of: Step, status: StepStatus, at: number, text?: string): StepEvent => ({
  type: 'step',
  status,
  step: of,
  at,
  text,
});
const options = { verb: 'up', width: 60, height: 10, hasColour: false, now: 3000 };

const network = step(1, 'create-network', 'shop_default');
const create = step(2, 'create-replica', 'shop-web-1');
const start = step(3, 'start-replica', 'shop-web-1');

function rowsAfter(...events: readonly StepEvent[]): ProgressRows {
  const rows = new ProgressRows();
  rows.plan([network, create, start]);
  for (const one of events) rows.take(one);
  return rows;
}

test('a row is done with its last step, not before', () => {
  const rows = rowsAfter(
    event(network, 'started', 0),
    event(network, 'done', 400),
    event(create, 'started', 500),
    event(create, 'done', 900),
  );
  expect(progressFrame(rows.rows, { ...options, total: rows.total }).join('\n')).toMatchInlineSnapshot(`
    "up 1/2
     ✔ Network shop_default  Created                       0.4s
     ⠋ Container shop-web-1  Created                       2.5s"
  `);
  rows.take(event(start, 'started', 1000));
  rows.take(event(start, 'done', 1500));
  expect(rows.finished).toBe(2);
});

test('a failure and a warning keep their words on the row', () => {
  const rows = rowsAfter(
    event(network, 'warning', 0, 'still in use'),
    event(network, 'done', 1),
    event(create, 'failed', 900, 'no such image'),
  );
  expect(progressFrame(rows.rows, { ...options, total: rows.total }).join('\n')).toMatchInlineSnapshot(`
    "up 2/2
     ! Network shop_default  Created                       0.0s
     ✘ Container shop-web-1  Error        no such image    0.0s"
  `);
});

test('a picture is never wider or higher than the terminal, and shows first what still moves', () => {
  const rows = new ProgressRows();
  const steps = Array.from({ length: 40 }, (_, index) => step(index, 'start-replica', `a-rather-long-project-name-web-${index}`));
  rows.plan(steps);
  for (const one of steps) rows.take(event(one, 'started', 0));
  for (const one of steps.slice(1)) rows.take(event(one, 'done', one.id));
  const frame = progressFrame(rows.rows, { ...options, total: rows.total, width: 50 });
  expect(frame.length).toBeLessThanOrEqual(options.height);
  for (const line of frame) expect(line.length).toBeLessThanOrEqual(50);
  expect(frame.join('\n')).toMatch(/web-0 /);
  expect(frame.at(-1)).toBe(' … and 32 more');
});

test('a picture that was drawn in a wider terminal takes the rows that it was wrapped to', () => {
  const rows = rowsAfter(event(network, 'started', 0), event(create, 'started', 500));
  const wide = progressFrame(rows.rows, { ...options, total: rows.total, hasColour: true });
  expect(rowsOnScreen(wide, 60)).toBe(3);
  expect(rowsOnScreen(wide, 40)).toBe(5);
  expect(rowsOnScreen([], 40)).toBe(0);
});
