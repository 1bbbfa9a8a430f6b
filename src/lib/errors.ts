// The one error class that reaches people. Every code has a section in docs/errors.md; a test keeps both equal.

export const errorCodes = [
  // input on the command line
  'BAD_FLAG',
  'BAD_ARGUMENT',
  'NOT_AGREED',
  'UNKNOWN_COMMAND',
  'NOT_YET',
  // the Compose file and what it refers to
  'FILE_NOT_FOUND',
  'FILE_UNREADABLE',
  'REMOTE_FAILED',
  'YAML_SYNTAX',
  'TOML_SYNTAX',
  'COMPOSE_INVALID',
  'COMPOSE_REFERENCE',
  'COMPOSE_CYCLE',
  'COMPOSE_TOO_LARGE',
  'INTERPOLATION',
  'VARIABLE_REQUIRED',
  'ENV_FILE',
  'PROJECT_NAME',
  'UNKNOWN_SERVICE',
  'NO_SERVICES',
  'NAME_COLLISION',
  'SOURCE_MISSING',
  'UNSUPPORTED',
  'EXTERNAL_MISSING',
  'REFERENCE_UNRESOLVED',
  // ports
  'PORT_INVALID',
  'PORT_CONFLICT',
  'PORT_IN_USE',
  // engine and runtime
  'ENGINE_ABSENT',
  'ENGINE_PERMISSION',
  'ENGINE_LOST',
  'ENGINE_ENDPOINT',
  'ENGINE_VERSION',
  'ENGINE_REFUSED',
  // hosts
  'HOST_ADDRESS',
  'HOST_UNREACHABLE',
  'HOST_KEY',
  'HOST_PERMISSION',
  'HOST_LOST',
  'COPY_FAILED',
  // images
  'IMAGE_MISSING',
  'IMAGE_PULL_FAILED',
  'IMAGE_UNRESOLVED',
  'BUILD_FAILED',
  'BUILD_INPUT',
  // providers
  'PROVIDER_MISSING',
  'PROVIDER_FAILED',
  // native processes and their agent
  'AGENT_ABSENT',
  'AGENT_LOST',
  'AGENT_VERSION',
  'AGENT_DIRECTORY',
  'PROGRAM_NOT_FOUND',
  'USER_UNKNOWN',
  // running
  'STEP_FAILED',
  'DEPENDENCY_FAILED',
  'REPLICA_NOT_FOUND',
  'REPLICA_NOT_RUNNING',
  'TIMED_OUT',
  'CANCELLED',
  'PROJECT_LOCKED',
  'STATE_CHANGED',
  'NOTHING_TO_WATCH',
  'WATCH_LIMIT',
  'SYNC_FAILED',
  // receipts and state directory
  'RECEIPT_NOT_FOUND',
  'RECEIPT_CHAIN_BROKEN',
  'STATE_DIRECTORY',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Where in a file an error is: 1-based line and column; `source` is the line's text. */
export type Place = {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly source?: string;
};

export type ErrorDetails = {
  /** What to do about it, one sentence, imperative. */
  readonly hint?: string;
  readonly place?: Place;
  /** What in the Compose model it is about: `['services', 'web', 'ports', 0]`. */
  readonly path?: readonly (string | number)[];
  /** Process exit code; 1 unless said otherwise (docs/reference/exit-codes.md). */
  readonly exitCode?: number;
  readonly cause?: unknown;
};

/** An expected failure, written for the person who ran the command: what happened, where, what to do. */
export class MusterError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly place: Place | undefined;
  readonly path: readonly (string | number)[] | undefined;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.name = 'MusterError';
    this.code = code;
    this.hint = details.hint;
    this.place = details.place;
    this.path = details.path;
    this.exitCode = details.exitCode ?? 1;
  }
}

/** Several independent problems found in one pass; printed one after the other. */
export class MusterErrors extends MusterError {
  readonly errors: readonly MusterError[];

  constructor(errors: readonly [MusterError, ...MusterError[]]) {
    super(errors[0].code, errors.map((error) => error.message).join('\n'), { exitCode: errors[0].exitCode });
    this.errors = errors;
  }
}

/** Throws the problems collected so far: one as itself, several together; the same one met many times counts once. */
export function throwAll(problems: readonly MusterError[]): void {
  const [first, ...rest] = distinct(problems);
  if (first === undefined) return;
  if (rest.length === 0) throw first;
  throw new MusterErrors([first, ...rest]);
}

/** The same problem met many times counts once. */
export function distinct(problems: readonly MusterError[]): MusterError[] {
  return [...new Map(problems.map((problem) => [identityOf(problem), problem])).values()];
}

/** Eight steps that lose the same engine are one thing to say. */
function identityOf({ code, message, place }: MusterError): string {
  return JSON.stringify([code, message, place?.file, place?.line, place?.column]);
}
