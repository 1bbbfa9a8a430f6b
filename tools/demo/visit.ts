// A visitor of the guest book: calls the published port.

import { until } from '../parts/until.ts';

/** Waits until the page answers; a published port is open a moment before the program behind it is. */
export async function waitForPage(address: string): Promise<void> {
  const answers = (): Promise<boolean> =>
    fetch(`${address}/api/entries`).then(
      (response) => response.ok,
      () => false,
    );
  await until(answers, 60_000, `an answer at ${address}`);
}

/** Writes an entry and returns what the page shows once the worker has read it, newest first. */
export async function sign(address: string, name: string, message: string): Promise<readonly string[]> {
  const response = await fetch(`${address}/api/entries`, { method: 'POST', body: JSON.stringify({ name, message }) });
  if (!response.ok) throw new Error(`the guest book answered ${response.status}: ${await response.text()}`);
  const { id } = (await response.json()) as { id: number };
  let shown: readonly Entry[] = [];
  await until(
    async () => {
      shown = (await read(address)).entries;
      return shown.some((entry) => entry.id === id);
    },
    60_000,
    'the worker to publish the entry',
  );
  return shown.map((entry) => `${entry.name}: ${entry.message}`);
}

/** Calls until so many api replicas have answered; a new one listens a moment after it has started. */
export async function replicasThatAnswer(address: string, count: number): Promise<readonly string[]> {
  const replicas = new Set<string>();
  const allAnswered = async (): Promise<boolean> => {
    for (let call = 0; call < 3 * count; call++) replicas.add((await read(address)).replica);
    return replicas.size >= count;
  };
  await until(allAnswered, 60_000, `${count} replicas of the api to answer`);
  return [...replicas].sort();
}

type Entry = { readonly id: number; readonly name: string; readonly message: string };
type Page = { readonly entries: readonly Entry[]; readonly replica: string };

async function read(address: string): Promise<Page> {
  const response = await fetch(`${address}/api/entries`);
  if (!response.ok) throw new Error(`the guest book answered ${response.status}`);
  return (await response.json()) as Page;
}
