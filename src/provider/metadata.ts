import { runLocally } from '#host/local-process.ts';

export type Parameter = { readonly name: string; readonly required: boolean };

type Setting = { readonly environment: Readonly<Record<string, string>>; readonly cwd: string; readonly signal: AbortSignal };

/** What the program takes for `verb`, by its own account; null when it gives none, which most don't. */
export async function readParameters(program: string, verb: 'up' | 'down', setting: Setting): Promise<Parameter[] | null> {
  const { environment: env, cwd, signal } = setting;
  const { exitCode, stdout } = await runLocally({ argv: [program, 'compose', 'metadata'], env, cwd, signal, stdin: '' });
  return exitCode === 0 ? parametersIn(stdout.toString(), verb) : null;
}

/** As Docker Compose reads it: with neither a description nor parameters of any verb, nothing was said. */
export function parametersIn(text: string, verb: 'up' | 'down'): Parameter[] | null {
  const metadata = asRecord(parse(text));
  const lists = { up: asRecord(metadata['up'])['parameters'], down: asRecord(metadata['down'])['parameters'] };
  const hasDescription = typeof metadata['description'] === 'string' && metadata['description'] !== '';
  if (!hasDescription && !Array.isArray(lists.up) && !Array.isArray(lists.down)) return null;
  const list: readonly unknown[] = Array.isArray(lists[verb]) ? lists[verb] : [];
  return list.map(asRecord).map(({ name, required }) => ({ name: String(name), required: required === true }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
