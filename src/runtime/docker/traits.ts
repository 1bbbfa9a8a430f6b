import type { RuntimeTraits } from '#model/runtime-traits.ts';

/** Measured on one Docker Engine: 4 to 8 steps at once are fastest; more make the engine slower. */
export const dockerTraits: RuntimeTraits = { images: true, networks: true, volumes: true, concurrency: 6 };
