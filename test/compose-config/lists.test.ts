import { afterEach, expect, test } from 'vitest';
import { folderWith, type Folder } from '../support/muster.ts';
import { peerCompose } from '../support/parts/peer-compose.ts';

let folder: Folder;
afterEach(() => folder.cleanUp());

test.each([
  ['db: { image: x, depends_on: [y] }', 1],
  ['db: { image: x, links: [y] }', 1],
  ['db: { image: x, depends_on: { y: { condition: service_started, required: false } } }', 0],
  ['db: { image: x, depends_on: [y] }, y: { image: x, depends_on: [db] }', 0],
])(
  'without a check of consistency, the services of { %s } are listed only where each dependency is there',
  async (services, code) => {
    folder = await folderWith(`services: { ${services} }\n`);
    const question = ['config', '--no-consistency', '--services'];
    expect(await folder.run(await peerCompose(), ...question)).toMatchObject({ code });
    expect(await folder.muster(...question)).toMatchObject({ code });
  },
);
