// What a guest book is made of, and where in the store it lies.

import type { Reply, Store } from './store.ts';

export type Entry = {
  readonly id: number;
  readonly name: string;
  readonly message: string;
  /** ISO 8601. */
  readonly writtenAt: string;
};

const key = {
  next: 'guestbook:next',
  queue: 'guestbook:queue',
  published: 'guestbook:published',
  schema: 'guestbook:schema',
} as const;

/** Puts a new entry into the worker's queue; it is not shown yet. */
export async function submit(store: Store, name: string, message: string): Promise<Entry> {
  const id = Number(await store.command('INCR', key.next));
  const entry = { id, name, message, writtenAt: new Date().toISOString() };
  await store.command('LPUSH', key.queue, JSON.stringify(entry));
  return entry;
}

/** The next entry to read; null when none came for a while. */
export async function takeNext(store: Store, waitSeconds: number): Promise<Entry | null> {
  const reply = await store.command('BRPOP', key.queue, waitSeconds);
  return Array.isArray(reply) ? parse(reply[1] ?? null) : null;
}

export async function publish(store: Store, entry: Entry): Promise<void> {
  await store.command('LPUSH', key.published, JSON.stringify(entry));
}

/** Newest first. */
export async function published(store: Store, count: number): Promise<Entry[]> {
  const reply = await store.command('LRANGE', key.published, 0, count - 1);
  return Array.isArray(reply) ? reply.map(parse) : [];
}

export async function counts(store: Store): Promise<{ readonly published: number; readonly waiting: number }> {
  const [shown, waiting] = await Promise.all([store.command('LLEN', key.published), store.command('LLEN', key.queue)]);
  return { published: Number(shown), waiting: Number(waiting) };
}

/** True for the first caller ever; the volume remembers. */
export async function claimSetUp(store: Store): Promise<boolean> {
  return Number(await store.command('SETNX', key.schema, 1)) === 1;
}

function parse(reply: Reply): Entry {
  // Only this file writes entries, so that what comes back is one.
  return JSON.parse(String(reply)) as Entry;
}
