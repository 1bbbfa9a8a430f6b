// What every host keeps, wherever it is.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Host } from '#host/host.ts';
import { hostCommands } from './host-commands.ts';
import { hostConnections } from './host-connections.ts';
import { hostCopies } from './host-copies.ts';
import { hostFiles } from './host-files.ts';
import { hostProcesses } from './host-processes.ts';

export type MadeHost = {
  readonly host: Host;
  /** An empty directory on that host, for this suite alone; here too it has this name: all hosts of the tests are this machine. */
  readonly directory: string;
  close(): Promise<void>;
};

/** What the cases need; `made` is there once they run. */
export type HostBench = {
  readonly host: Host;
  readonly directory: string;
  at(path: string): string;
  /** What a command prints. */
  output(...argv: [string, ...string[]]): Promise<string>;
};

export function hostContract(name: string, make: () => Promise<MadeHost>): void {
  describe(`host ${name}`, () => {
    let made: MadeHost;
    const bench: HostBench = {
      get host() {
        return made.host;
      },
      get directory() {
        return made.directory;
      },
      at: (path) => `${made.directory}/${path}`,
      output: async (...argv) => (await made.host.run({ argv })).stdout.toString(),
    };

    beforeAll(async () => {
      made = await make();
    });
    afterAll(async () => {
      await made?.host.close();
      await made?.close();
    });

    hostCommands(bench);
    hostProcesses(bench);
    hostFiles(bench);
    hostCopies(bench);
    hostConnections(bench);

    test('says what it is', async () => {
      const facts = await bench.host.facts();
      expect(facts).toMatchObject({
        os: process.platform,
        arch: process.arch,
        user: (await bench.output('id', '-un')).trim(),
        uid: Number(await bench.output('id', '-u')),
        gid: Number(await bench.output('id', '-g')),
        home: expect.stringMatching(/^\//),
        hostname: expect.stringMatching(/./),
        init: expect.stringMatching(/^(systemd|openrc|launchd|other)$/),
        libc: expect.stringMatching(/^(glibc|musl)$/),
        gpus: expect.any(Array),
        runtimeDirectory: expect.stringMatching(/^\/.*muster/),
        stateDirectory: expect.stringMatching(/^\/.*muster/),
      });
      expect(facts.cores).toBeGreaterThan(0);
      expect(facts.memoryBytes).toBeGreaterThan(1024 * 1024);
    });
  });
}
