import { hostname, userInfo } from 'node:os';
import { musterVersion } from '#lib/version.ts';
import type { Receipt } from '#model/receipt.ts';

/** Who runs this, for receipts. */
export function currentActor(): Receipt['actor'] {
  return { user: userName(), host: hostname(), muster: musterVersion };
}

/** A user id without an entry in the password database has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
