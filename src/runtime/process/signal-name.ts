import { constants } from 'node:os';

/** `KILL`, `sigkill` and `9` are SIGKILL, as everywhere in Docker; null: there is no such signal, or none that can be sent by name. */
export function signalName(text: string): NodeJS.Signals | null {
  const known = Object.entries(constants.signals) as [NodeJS.Signals, number][];
  const word = text.trim().toUpperCase();
  const number = /^\d+$/.test(word) ? Number(word) : null;
  const name = word.startsWith('SIG') ? word : `SIG${word}`;
  return known.find(([each, value]) => (number === null ? each === name : value === number))?.[0] ?? null;
}
