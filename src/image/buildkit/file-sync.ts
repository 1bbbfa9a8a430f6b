// moby.filesync.v1.FileSync: the builder asks for a folder, hears what is in it, and asks for the files that it does not have.
// Packets of github.com/tonistiigi/fsutil: type (1), stat (2), id (3), data (4).

import type { ContextEntry } from '../context-entries.ts';
import { GrpcError, grpcCode } from './grpc.ts';
import type { GrpcMethods, IncomingCall } from './grpc-server.ts';
import { encodeMessage, ProtoMessage } from './protobuf.ts';
import type { ProtoField } from './protobuf.ts';

/** What the builder wants of a folder: nothing that `excluded` patterns (as in .dockerignore) match, and only what is `named`. */
export type FolderRequest = { readonly excluded: readonly string[]; readonly named: readonly string[] };

/** In the order of their paths, folders before what is in them. */
export type Folder = (request: FolderRequest) => AsyncIterable<ContextEntry>;

export type Folders = Readonly<Record<string, Folder>>;

const packet = { stat: 0, request: 1, data: 2, end: 3, error: 4 } as const;

/** Files at once, as many as Docker's own client sends. */
const senders = 4;

/** `failed` hears what of ours can't be read, before the builder is told. */
export function fileSync(folders: Folders, failed: (error: unknown) => void): GrpcMethods {
  return {
    '/moby.filesync.v1.FileSync/DiffCopy': async (call) => {
      const [name = ''] = call.header('dir-name');
      const folder = folders[name];
      if (folder === undefined) throw new GrpcError(grpcCode.notFound, `no access allowed to dir ${JSON.stringify(name)}`);
      const named = [...patterns(call, 'include-patterns'), ...patterns(call, 'followpaths')];
      const transfer = new Transfer(call, failed);
      await transfer.run(folder({ excluded: patterns(call, 'exclude-patterns'), named }));
    },
  };
}

/** What is not ASCII comes escaped, and says so in a header of its own. */
function patterns(call: IncomingCall, header: string): string[] {
  const values = [...call.header(header)];
  const isEncoded = call.header(`${header}-encoded`)[0] === '1';
  return isEncoded ? values.map((value) => decodeURIComponent(value.replaceAll('+', ' '))) : values;
}

class Transfer {
  readonly #call: IncomingCall;
  readonly #failed: (error: unknown) => void;
  readonly #files = new Map<number, ContextEntry>();
  readonly #wanted: number[] = [];
  readonly #sending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | null = null;

  constructor(call: IncomingCall, failed: (error: unknown) => void) {
    this.#call = call;
    this.#failed = failed;
  }

  /** Tells what there is while it already sends what is asked for. */
  async run(entries: AsyncIterable<ContextEntry>): Promise<void> {
    const telling = this.#orTell(this.#tell(entries));
    for await (const bytes of this.#call.messages) {
      const message = new ProtoMessage(bytes);
      const type = message.number(1);
      if (type === packet.error) throw new GrpcError(grpcCode.unknown, message.bytes(4).toString('utf8'));
      if (type === packet.request) this.#want(message.number(3));
      if (type === packet.end) break;
    }
    await telling;
    await Promise.all(this.#sending);
    if (this.#failure !== null) throw this.#failure.error;
    await this.#send([1, packet.end]);
  }

  async #tell(entries: AsyncIterable<ContextEntry>): Promise<void> {
    let id = 0;
    for await (const entry of entries) {
      if (entry.kind === 'file') this.#files.set(id, entry);
      id++;
      await this.#send([1, packet.stat], [2, statOf(entry)]);
    }
    await this.#send([1, packet.stat]);
  }

  #want(id: number): void {
    this.#wanted.push(id);
    if (this.#sending.size >= senders) return;
    const sending = this.#orTell(this.#sendWanted());
    this.#sending.add(sending);
    void sending.then(() => this.#sending.delete(sending));
  }

  async #sendWanted(): Promise<void> {
    for (let id = this.#wanted.shift(); id !== undefined; id = this.#wanted.shift()) {
      const entry = this.#files.get(id);
      this.#files.delete(id);
      if (entry === undefined) throw new GrpcError(grpcCode.unknown, `there is no file ${id}`);
      for await (const data of entry.content()) await this.#send([1, packet.data], [3, id], [4, data]);
      await this.#send([1, packet.data], [3, id]);
    }
  }

  /** The builder gives up when it hears of a failure; until then it would wait for ever. */
  async #orTell(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (this.#failure !== null) return;
      this.#failure = { error };
      if (!(error instanceof GrpcError)) this.#failed(error);
      await this.#send([1, packet.error], [4, Buffer.from((error as Error).message)]).catch(() => {});
    }
  }

  #send(...fields: readonly ProtoField[]): Promise<void> {
    return this.#call.send(encodeMessage(...fields));
  }
}

/** Modes are Go's: the permissions as everywhere, the kinds and special bits elsewhere. Owned by root, as Docker sends it. */
function statOf({ path, kind, mode, mtimeMs, size, linkTarget }: ContextEntry): Buffer {
  const kindBits = kind === 'directory' ? 2 ** 31 : kind === 'symlink' ? 2 ** 27 : 0;
  const special = (mode & 0o4000 ? 2 ** 23 : 0) + (mode & 0o2000 ? 2 ** 22 : 0) + (mode & 0o1000 ? 2 ** 20 : 0);
  const nanoseconds = BigInt(Math.round(mtimeMs * 1000)) * 1000n;
  return encodeMessage([1, path], [2, kindBits + special + (mode & 0o777)], [5, size], [6, nanoseconds], [7, linkTarget]);
}
