import { defineConfig } from 'vitest/config';

// unit: beside the code, no engine, under a minute. scenarios: real parts (engine, processes), one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'tools/**/*.test.ts', 'examples/**/*.test.ts'],
          pool: 'threads',
          isolate: false,
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'scenarios',
          include: ['test/**/*.test.ts'],
          globalSetup: 'test/support/build-program.ts',
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // A look is a command of its own, which takes a while on a busy machine.
          expect: { poll: { interval: 100, timeout: 60_000 } },
        },
      },
    ],
  },
});
