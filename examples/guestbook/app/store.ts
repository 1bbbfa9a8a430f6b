// A small Redis client: commands go out in order, replies come back in order (https://redis.io/docs/latest/develop/reference/protocol-spec/).

import { readFileSync } from 'node:fs';
import { type Socket, connect } from 'node:net';

export type Reply = string | number | null | Reply[];

type Waiting = { readonly resolve: (reply: Reply) => void; readonly reject: (error: Error) => void };

export class Store {
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #received = '';

  /** Connects and logs in; the first command fails when either didn't work. */
  static open(): Store {
    const { hostname, port } = new URL(setting('STORE_URL'));
    const password = readFileSync(setting('STORE_PASSWORD_FILE'), 'utf8').trim();
    const store = new Store(connect(Number(port), hostname));
    // When it fails, so does every command after it: those tell.
    store.command('AUTH', password).catch(() => {});
    return store;
  }

  constructor(socket: Socket) {
    // Lengths count bytes: in latin1 one character is one byte.
    this.#socket = socket.setEncoding('latin1').setNoDelay(true);
    socket.on('data', (text: string) => this.#receive(text));
    socket.on('error', (error) => this.#fail(error));
    socket.on('close', () => this.#fail(new Error('the store closed the connection')));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  command(...words: (string | number)[]): Promise<Reply> {
    if (!this.isOpen) return Promise.reject(new Error('not connected to the store'));
    const parts = words.map(String).map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#socket.write(`*${parts.length}\r\n${parts.join('')}`);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(text: string): void {
    this.#received += text;
    for (let parsed = parseReply(this.#received); parsed !== null; parsed = parseReply(this.#received)) {
      this.#received = this.#received.slice(parsed.length);
      const waiting = this.#waiting.shift();
      if (parsed.value instanceof Error) waiting?.reject(parsed.value);
      else waiting?.resolve(parsed.value);
    }
  }

  #fail(error: Error): void {
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    this.#socket.destroy();
  }
}

type Parsed<Value> = { readonly value: Value; readonly length: number };

/** The first whole reply in the text (one character per byte), or null when more has to come. */
export function parseReply(text: string): Parsed<Reply | Error> | null {
  const end = text.indexOf('\r\n');
  if (end < 0) return null;
  const line = text.slice(1, end);
  const length = end + 2;
  switch (text.charAt(0)) {
    case '+':
      return { value: line, length };
    case '-':
      return { value: new Error(line), length };
    case ':':
      return { value: Number(line), length };
    case '$':
      return parseBulk(text, length, Number(line));
    case '*':
      return parseArray(text, length, Number(line));
    default:
      return { value: new Error(`not a reply: ${text.slice(0, 20)}`), length: text.length };
  }
}

function parseBulk(text: string, start: number, bytes: number): Parsed<string | null> | null {
  if (bytes < 0) return { value: null, length: start };
  const end = start + bytes;
  if (text.length < end + 2) return null;
  return { value: Buffer.from(text.slice(start, end), 'latin1').toString('utf8'), length: end + 2 };
}

function parseArray(text: string, start: number, count: number): Parsed<Reply | Error> | null {
  if (count < 0) return { value: null, length: start };
  const items: Reply[] = [];
  let at = start;
  for (let index = 0; index < count; index++) {
    const item = parseReply(text.slice(at));
    if (item === null) return null;
    at += item.length;
    if (item.value instanceof Error) return { value: item.value, length: at };
    items.push(item.value);
  }
  return { value: items, length: at };
}

/** An environment variable that has to be there. */
export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
