// Reads every message before it is shown. Any number of workers may share the queue.

import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { publish, takeNext } from './entries.ts';
import { blockedIn, soften } from './moderation.ts';
import { Store, setting } from './store.ts';

const { values } = parseArgs({ options: { moderation: { type: 'string', default: 'gentle' } } });
const blockedWords = readFileSync(setting('BLOCKED_WORDS_FILE'), 'utf8')
  .split('\n')
  .map((word) => word.trim())
  .filter(Boolean);

const store = Store.open();
const stop = new AbortController();
process.on('SIGTERM', () => {
  stop.abort();
  store.close();
});
console.log(`ready: ${values.moderation} moderation, ${blockedWords.length} blocked words`);

try {
  while (!stop.signal.aborted) await work();
} catch (error) {
  if (!stop.signal.aborted) throw error;
}
console.log('stopped');

async function work(): Promise<void> {
  const entry = await takeNext(store, 5);
  if (entry === null) return;
  const found = blockedIn(entry.message, blockedWords);
  if (found.length > 0 && values.moderation === 'strict') {
    console.log(`entry ${entry.id} turned down: ${found.join(', ')}`);
    return;
  }
  await publish(store, { ...entry, message: soften(entry.message, blockedWords) });
  console.log(`entry ${entry.id} published${found.length > 0 ? `, softened: ${found.length}` : ''}`);
}
