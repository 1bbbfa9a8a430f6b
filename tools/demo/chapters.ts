// What both stories tell: `flags` come before each command.

import type { Stage } from './stage.ts';
import { sign, waitForPage } from './visit.ts';

export async function use(stage: Stage, address: string, flags: readonly string[]): Promise<void> {
  stage.heading(`Use it: ${address}`);
  await waitForPage(address);
  for (const line of await sign(address, 'Ada', 'What a darn fine guest book.')) stage.say(`  ${line}`);
  await stage.muster([...flags, 'logs', '--tail', '3', 'web', 'worker']);
}

export async function changeOneSetting(stage: Stage, flags: readonly string[]): Promise<void> {
  stage.heading('Change one setting: see the plan, then apply it');
  const change = { GUESTBOOK_MODERATION: 'strict' };
  await stage.muster([...flags, 'plan'], change);
  await stage.muster([...flags, 'up', '-d'], change);
}

export async function receipts(stage: Stage, flags: readonly string[]): Promise<void> {
  stage.heading('Every change leaves a receipt');
  await stage.muster([...flags, 'receipts', 'show']);
  await stage.muster([...flags, 'receipts', 'verify']);
}
