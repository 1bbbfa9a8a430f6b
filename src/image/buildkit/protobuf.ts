// Protocol Buffers, as much as BuildKit's messages need: varints, bytes, nested messages, and maps, which are messages of key and value.
// https://protobuf.dev/programming-guides/encoding/

type ProtoValue = string | number | bigint | boolean | Uint8Array | undefined;

export type ProtoField = readonly [number: number, value: ProtoValue];

/** Field numbers with their values. Absent, empty and zero values are left out, as proto3 does. */
export function encodeMessage(...fields: readonly ProtoField[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const [number, value] of fields) {
    if (value === undefined || value === '' || value === false || value === 0 || value === 0n) continue;
    if (typeof value === 'string' || value instanceof Uint8Array) {
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      parts.push(varint(BigInt(number << 3) | 2n), varint(BigInt(bytes.length)), bytes);
    } else parts.push(varint(BigInt(number << 3)), varint(BigInt.asUintN(64, BigInt(value))));
  }
  return Buffer.concat(parts);
}

/** `map<string, string>`: one field per entry. */
export function mapFields(number: number, map: Readonly<Record<string, string>>): ProtoField[] {
  return Object.entries(map).map(([key, value]) => [number, encodeMessage([1, key], [2, value])]);
}

/** A message that has been received; what is not in it reads as proto3's default. */
export class ProtoMessage {
  readonly #fields = new Map<number, (bigint | Buffer)[]>();

  /** Throws on bytes that are no message. */
  constructor(bytes: Uint8Array) {
    const reader = new Reader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    while (!reader.atEnd) {
      const [number, value] = reader.field();
      const values = this.#fields.get(number);
      if (values === undefined) this.#fields.set(number, [value]);
      else values.push(value);
    }
  }

  has(number: number): boolean {
    return this.#fields.has(number);
  }

  text(number: number): string {
    return this.bytes(number).toString('utf8');
  }

  bytes(number: number): Buffer {
    return this.#blobs(number).at(-1) ?? Buffer.alloc(0);
  }

  /** Exact up to 2^53. */
  number(number: number): number {
    const value = this.#fields.get(number)?.at(-1);
    return typeof value === 'bigint' ? Number(BigInt.asIntN(64, value)) : 0;
  }

  messages(number: number): ProtoMessage[] {
    return this.#blobs(number).map((bytes) => new ProtoMessage(bytes));
  }

  map(number: number): Record<string, string> {
    return Object.fromEntries(this.messages(number).map((entry) => [entry.text(1), entry.text(2)]));
  }

  /** google.protobuf.Timestamp as Unix milliseconds; null: not set. */
  time(number: number): number | null {
    const [stamp] = this.messages(number);
    return stamp === undefined ? null : stamp.number(1) * 1000 + stamp.number(2) / 1e6;
  }

  #blobs(number: number): Buffer[] {
    return (this.#fields.get(number) ?? []).filter((value) => typeof value !== 'bigint');
  }
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  field(): [number: number, value: bigint | Buffer] {
    const tag = Number(this.#varint());
    const number = tag >>> 3;
    switch (tag & 7) {
      case 0:
        return [number, this.#varint()];
      case 1:
        return [number, this.#take(8)];
      case 2:
        return [number, this.#take(Number(this.#varint()))];
      case 5:
        return [number, this.#take(4)];
      default:
        throw new RangeError(`no wire type ${tag & 7}`);
    }
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a number without an end');
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new RangeError('the message ends too early');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
