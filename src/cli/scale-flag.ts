// `--scale web=3 --scale api=0`, and the arguments of `scale`.

import { MusterError } from '#lib/errors.ts';
import type { Pair } from './flag-types.ts';

export function readScale(pairs: readonly Pair[], command: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    pairs.map(([service, text]) => {
      if (service !== '' && text !== null && /^\d+$/.test(text)) return [service, Number(text)];
      throw new MusterError(
        'BAD_ARGUMENT',
        `"${text === null ? service : `${service}=${text}`}" does not say how many replicas of which service`,
        {
          hint: `write SERVICE=NUMBER: ${command} web=3`,
        },
      );
    }),
  );
}
