// A valid file, damaged: by bytes, by words that mean something, by lines, by pieces of another file.

/** One mutation or a few of `text`. */
export function mutate(text: string, other: string, random: () => number): string {
  let bytes: Buffer = Buffer.from(text);
  const rounds = random() < 0.6 ? 1 : 1 + Math.floor(random() * 8);
  for (let round = 0; round < rounds; round++) bytes = pick(mutations, random)(bytes, Buffer.from(other), random);
  return bytes.toString('utf8');
}

type Mutation = (bytes: Buffer, other: Buffer, random: () => number) => Buffer;

const words = (
  '[ ] { } : - ? | > & * ! % @ ` " \' # , << ~ null true yes 0440 1e400 -0 .nan 2001-12-14 $ $$ ${ ${A} ${A:-${B:?x}} ${A:+} !reset !override ' +
  '!!str !!int !!binary &a *a <<: --- ... \t \r \0 \uFEFF \u2028 x-a __proto__ constructor toString services networks volumes secrets configs ' +
  'include extends image build ports depends_on environment deploy develop env_file 99999999999999999999 65536 80:80 ./a:/b:ro service:a'
).split(' ');

const mutations: readonly Mutation[] = [
  (bytes, _, random) => {
    const copy = Buffer.from(bytes);
    if (copy.length > 0) copy[at(copy, random)] = Math.floor(random() * 256);
    return copy;
  },
  (bytes, _, random) => splice(bytes, at(bytes, random), Math.floor(random() * 20), Buffer.alloc(0)),
  (bytes, _, random) => splice(bytes, at(bytes, random), 0, Buffer.from(pick(words, random))),
  (bytes, _, random) => splice(bytes, at(bytes, random), Math.floor(random() * 6), Buffer.from(` ${pick(words, random)} `)),
  (bytes, _, random) => {
    const [start, length] = [at(bytes, random), Math.floor(random() * 200)];
    return splice(bytes, at(bytes, random), 0, bytes.subarray(start, start + length));
  },
  (bytes, other, random) => {
    const start = at(other, random);
    return splice(bytes, at(bytes, random), 0, other.subarray(start, start + Math.floor(random() * 200)));
  },
  (bytes, _, random) => bytes.subarray(0, at(bytes, random)),
  (bytes, _, random) => {
    const lines = bytes.toString('latin1').split('\n');
    const from = Math.floor(random() * lines.length);
    const [line = ''] = lines.splice(from, 1);
    lines.splice(Math.floor(random() * (lines.length + 1)), 0, `${' '.repeat(Math.floor(random() * 4))}${line}`);
    return Buffer.from(lines.join('\n'), 'latin1');
  },
  (bytes, _, random) => {
    const lines = bytes.toString('latin1').split('\n');
    const index = Math.floor(random() * lines.length);
    const colon = (lines[index] ?? '').indexOf(':');
    lines[index] = `${(lines[index] ?? '').slice(0, colon + 1)} ${pick(words, random)}`;
    return Buffer.from(lines.join('\n'), 'latin1');
  },
];

function at(bytes: Buffer, random: () => number): number {
  return Math.floor(random() * (bytes.length + 1));
}

function splice(bytes: Buffer, start: number, length: number, put: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, start), put, bytes.subarray(start + length)]);
}

function pick<Item>(items: readonly Item[], random: () => number): Item {
  // The lists here are never empty.
  return items[Math.floor(random() * items.length)] as Item;
}
