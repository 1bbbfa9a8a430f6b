// What the engine refuses, in words for the person who ran the command: what, where, what to do.

import { refusalOf } from '#engine/engine.ts';
import { type ErrorCode, MusterError } from '#lib/errors.ts';
import { heldPorts } from '../observe/held-ports.ts';
import type { PortKey } from '../../ports/wanted-ports.ts';
import type { DockerSetting } from '../setting.ts';

/** Runs `work`; a refusal comes out as `could not <doing>: <the engine's words>`, with the remedy where one is known. */
export async function explained<Result>(
  setting: Pick<DockerSetting, 'engine' | 'host'>,
  { doing, service = '', project = '' }: { readonly doing: string; readonly service?: string; readonly project?: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    const port = takenPort(refusal.message);
    if (port !== null) throw await portInUse(setting, port, doing, project, error);
    const { code, hint } = remedyFor(refusal.message, service);
    throw new MusterError(code, `could not ${doing}: ${refusal.message}`, { hint, cause: refusal });
  }
}

type Remedy = { readonly code: ErrorCode; readonly hint?: string };

const remedies: readonly (readonly [RegExp, (service: string) => Remedy])[] = [
  [
    // What the engine says while it shuts down, of the parts that go before it does.
    /transport is closing|grpc: the client connection is closing|daemon is shutting down|context canceled|containerd.*(?:unavailable|connection refused)/i,
    () => ({
      code: 'ENGINE_LOST',
      hint: 'the engine is stopping: run the same command again, it goes on where this one stopped',
    }),
  ],
  [
    /task \S+: already exists/i,
    (service) => ({
      code: 'ENGINE_REFUSED',
      hint: `the engine lost hold of it in a restart: make it anew with muster up --force-recreate ${service}`,
    }),
  ],
  [
    /no such image/i,
    (service) => ({ code: 'IMAGE_MISSING', hint: `pull or build it: muster pull ${service}, muster build ${service}` }),
  ],
  [
    /container name .* is already in use/i,
    () => ({ code: 'NAME_COLLISION', hint: 'remove or rename the other container, or change container_name' }),
  ],
  [
    /no such container/i,
    () => ({ code: 'STATE_CHANGED', hint: 'somebody else removed it meanwhile: run the same command again' }),
  ],
  [
    /network \S+ not found/i,
    () => ({ code: 'STATE_CHANGED', hint: 'the network went away meanwhile: run the same command again' }),
  ],
  [
    /non-overlapping IPv4 address pool|all predefined address pools/i,
    () => ({
      code: 'ENGINE_REFUSED',
      hint: 'remove networks that nobody uses (docker network prune), or give this one a subnet',
    }),
  ],
  [
    /pool overlaps/i,
    () => ({ code: 'ENGINE_REFUSED', hint: 'choose another subnet: a network or route of this machine has it' }),
  ],
  [/no space left on device/i, () => ({ code: 'ENGINE_REFUSED', hint: 'free some space; see what takes it: docker system df' })],
  [
    /bind source path does not exist/i,
    () => ({ code: 'ENGINE_REFUSED', hint: 'create that folder, or set bind.create_host_path: true' }),
  ],
  [
    /executable file not found|no such file or directory.*unknown|permission denied.*unknown|exec format error/i,
    (service) => ({ code: 'ENGINE_REFUSED', hint: `check command and entrypoint of ${service} against what its image holds` }),
  ],
  [
    /must specify a mounted volume|invalid mount|duplicate mount point/i,
    () => ({ code: 'ENGINE_REFUSED', hint: 'check the volumes of the service' }),
  ],
];

function remedyFor(message: string, service: string): Remedy {
  for (const [pattern, remedy] of remedies) if (pattern.test(message)) return remedy(service);
  return { code: 'ENGINE_REFUSED' };
}

/** The engine and its proxy have several ways to say it. */
function takenPort(message: string): PortKey | null {
  if (!/port is already allocated|address already in use/i.test(message)) return null;
  const match =
    /:(\d{1,5})(?:\/(tcp|udp|sctp))?(?::| failed|\b)[^\n]*?(?:port is already allocated|address already in use)/i.exec(message);
  if (match === null) return null;
  const protocol = match[2] ?? (/\budp/.test(message) ? 'udp' : 'tcp');
  return `${Number(match[1])}/${protocol}`;
}

async function portInUse(
  setting: Pick<DockerSetting, 'engine' | 'host'>,
  key: PortKey,
  doing: string,
  project: string,
  cause: unknown,
): Promise<MusterError> {
  // The names of the holders are a courtesy: without them the error still says which port.
  const held = await heldPorts(setting, project, new Set([key])).catch(() => []);
  const holders = [...new Set(held.map((each) => each.holder))];
  const by = holders.length > 0 ? `taken by ${holders.join(', ')}` : 'taken';
  return new MusterError('PORT_IN_USE', `could not ${doing}: port ${key} is ${by}`, {
    hint: 'publish another host port, or stop what holds this one',
    cause: refusalOf(cause),
  });
}
