import { runLocally } from '#host/local-process.ts';

export type Parameter = { readonly name: string; readonly required: boolean };

/** `stop` came with Docker Compose v5. */
export type Verb = (typeof verbs)[number];
const verbs = ['up', 'down', 'stop'] as const;

type Setting = { readonly environment: Readonly<Record<string, string>>; readonly cwd: string; readonly signal: AbortSignal };

/** What the program takes for `verb`, by its own account; null when it gives none, which most don't. */
export async function readParameters(program: string, verb: Verb, setting: Setting): Promise<Parameter[] | null> {
  const { environment: env, cwd, signal } = setting;
  const { exitCode, stdout } = await runLocally({ argv: [program, 'compose', 'metadata'], env, cwd, signal, stdin: '' });
  return exitCode === 0 ? parametersIn(stdout.toString(), verb) : null;
}

/** As Docker Compose reads it: with neither a description nor parameters of any verb, nothing was said. Who doesn't mention `stop` has none. */
export function parametersIn(text: string, verb: Verb): Parameter[] | null {
  const metadata = asRecord(parse(text));
  const lists = verbs.map((name) => asRecord(metadata[name])['parameters']);
  const hasDescription = typeof metadata['description'] === 'string' && metadata['description'] !== '';
  if (!hasDescription && !lists.some(Array.isArray)) return null;
  if (verb === 'stop' && !isRecord(metadata['stop'])) return null;
  const list: unknown = lists[verbs.indexOf(verb)];
  const parameters: readonly unknown[] = Array.isArray(list) ? list : [];
  return parameters.map(asRecord).map(({ name, required }) => ({ name: String(name), required: required === true }));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
