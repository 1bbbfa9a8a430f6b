// The Docker Engine client: requests, streams and hijacked connections over one pool of bounded size.

import type { Duplex, Readable } from 'node:stream';
import { untilAborted } from '#lib/cancel.ts';
import { MusterError } from '#lib/errors.ts';
import { engineFailure, LostConnection, notAnEngine } from './failure.ts';
import { bodyOf, readWhole, throwIfRefused } from './answer.ts';
import { type Dial, DialingAgent, dialerFor } from './dial.ts';
import { describeEndpoint } from './endpoint.ts';
import type { Endpoint } from './endpoint.ts';
import type { Engine, EngineRequest, EngineVersion } from './engine.ts';
import { exchange, uploadOf } from './exchange.ts';
import type { Answer } from './exchange.ts';
import { HijackedStream } from './hijacked.ts';
import { textLines } from './lines.ts';
import { compareVersions, negotiate, pinnedVersion } from './negotiate.ts';
import { requestTarget } from './target.ts';
import type { SystemVersion } from './api/system.ts';

export type EngineOptions = {
  /** DOCKER_API_VERSION: pins the API version without asking. */
  readonly apiVersion?: string;
  /** Pooled connections for short calls; streams have their own. */
  readonly maxSockets?: number;
  readonly connectTimeoutMs?: number;
  /** How an endpoint of kind `host` is reached. */
  readonly dial?: Dial;
  /** What was opened for this engine alone. */
  readonly onClose?: () => void;
};

/** Dials nothing yet: the first request does. */
export function connectEngine(endpoint: Endpoint, options: EngineOptions = {}): Engine {
  return new EngineConnection(endpoint, options);
}

type Agents = { readonly calls: DialingAgent; readonly streams: DialingAgent };

class EngineConnection implements Engine {
  readonly endpoint: string;
  readonly isLocal: boolean;
  readonly #endpoint: Endpoint;
  readonly #options: EngineOptions;
  #agents: Promise<Agents> | null = null;
  #apiVersion: Promise<string> | null = null;
  #version: Promise<EngineVersion> | null = null;

  constructor(endpoint: Endpoint, options: EngineOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.endpoint = describeEndpoint(endpoint);
    this.isLocal = endpoint.kind === 'unix';
  }

  version(): Promise<EngineVersion> {
    return (this.#version ??= keepUnlessFailed(this.#askVersion(), () => (this.#version = null)));
  }

  async supports(minimum: string): Promise<boolean> {
    return compareVersions(await this.#negotiated(), minimum) >= 0;
  }

  async json<Result>(request: EngineRequest): Promise<Result> {
    const { response } = await this.#ask(request, isLongCall(request) ? 'streams' : 'calls');
    const text = await readWhole(response, this.#endpoint, request.signal);
    return (text.trim() === '' ? undefined : this.#parse(text)) as Result;
  }

  async stream(request: EngineRequest): Promise<Readable> {
    const { response } = await this.#ask(request, 'streams');
    return bodyOf(response, this.#endpoint, request.signal);
  }

  async *lines<Line>(request: EngineRequest): AsyncIterable<Line> {
    const body = await this.stream(request);
    try {
      for await (const { text, complete } of textLines(body)) {
        if (!complete && !isJson(text)) throw engineFailure(new LostConnection('cut off'), this.#endpoint);
        yield this.#parse(text) as Line;
      }
    } finally {
      body.destroy();
    }
  }

  async hijack(request: EngineRequest): Promise<Duplex> {
    return new HijackedStream(await this.#ask(request, 'streams', true), this.#endpoint, request.signal);
  }

  close(): void {
    const agents = this.#agents;
    this.#agents = null;
    if (agents !== null) void destroyAll(agents);
    this.#options.onClose?.();
  }

  async #ask(request: EngineRequest, pool: keyof Agents, upgrade = false): Promise<Answer> {
    const body = uploadOf(request);
    // It may fail long before it is sent, while nobody listens yet: `exchange` finds that in `errored`.
    body?.on('error', () => {});
    try {
      const target = requestTarget(await this.#negotiated(request.signal), request);
      const answer = await this.#exchange(target, request, pool, upgrade);
      await throwIfRefused(answer.response, this.#endpoint, request.signal);
      return answer;
    } catch (cause) {
      body?.destroy();
      throw cause;
    }
  }

  async #exchange(target: string, request: EngineRequest, pool: keyof Agents, upgrade = false): Promise<Answer> {
    const agents = await (this.#agents ??= this.#makeAgents());
    return exchange({ endpoint: this.#endpoint, agent: agents[pool], target }, request, upgrade);
  }

  async #makeAgents(): Promise<Agents> {
    const dial = this.#options.dial ?? (await dialerFor(this.#endpoint, this.#connectTimeoutMs()));
    // Where a server lets us only run commands, each connection is one, and it carries ten: few of them, and kept.
    const maxSockets = this.#options.maxSockets ?? (this.#endpoint.kind === 'host' ? 8 : 32);
    return {
      calls: new DialingAgent(dial, { keepAlive: true, maxSockets }),
      streams: new DialingAgent(dial, { keepAlive: false, maxSockets: Infinity }),
    };
  }

  /** One ping, once; every other request waits for it. */
  #negotiated(signal?: AbortSignal): Promise<string> {
    this.#apiVersion ??= keepUnlessFailed(this.#askApiVersion(), () => (this.#apiVersion = null));
    return untilAborted(this.#apiVersion, signal);
  }

  async #askApiVersion(): Promise<string> {
    if (this.#options.apiVersion) return pinnedVersion(this.#options.apiVersion);
    const signal = this.#deadline();
    const request: EngineRequest = { path: '/_ping', signal };
    const { response } = await this.#exchange(request.path, request, 'calls');
    await throwIfRefused(response, this.#endpoint, signal);
    await readWhole(response, this.#endpoint, signal);
    return negotiate(String(response.headers['api-version'] ?? ''), this.endpoint);
  }

  /** An engine that hangs accepts connections and never answers. */
  #deadline(): AbortSignal {
    const controller = new AbortController();
    const seconds = (this.#connectTimeoutMs() * 2) / 1000;
    const error = new MusterError('ENGINE_ABSENT', `the Docker Engine at ${this.endpoint} did not answer within ${seconds}s`, {
      hint: 'see whether it hangs: docker version; restart it if it does',
    });
    setTimeout(() => controller.abort(error), seconds * 1000).unref();
    return controller.signal;
  }

  #connectTimeoutMs(): number {
    return this.#options.connectTimeoutMs ?? 15_000;
  }

  async #askVersion(): Promise<EngineVersion> {
    const apiVersion = await this.#negotiated();
    const { Version, Os, Arch } = await this.json<SystemVersion>({ path: '/version' });
    return { engineVersion: Version, apiVersion, os: Os, arch: Arch };
  }

  #parse(text: string): unknown {
    try {
      return JSON.parse(text);
    } catch {
      throw notAnEngine(this.#endpoint, `"${text.trim().slice(0, 60)}" where JSON was due`);
    }
  }
}

async function destroyAll(agents: Promise<Agents>): Promise<void> {
  try {
    const { calls, streams } = await agents;
    calls.destroy();
    streams.destroy();
  } catch {
    // There was never a connection.
  }
}

/** A call that lasts as long as something else does must not hold one of the few pooled connections. */
const isLongCall = (request: EngineRequest): boolean => request.path.endsWith('/wait');

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A failed first attempt must not be remembered for ever. */
function keepUnlessFailed<Value>(attempt: Promise<Value>, forget: () => void): Promise<Value> {
  attempt.catch(forget);
  return attempt;
}
