import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Importing a module of node's own reads every one of its exports; the getter of http's WebSocket then loads all of undici, 40 ms of
 * processor time, and crypto's loads webcrypto. In the bundle only the exports that are used are read. This also serves CommonJS
 * packages, which ask with a `require` that an ES module does not have.
 */
export const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup(builder) {
    builder.onResolve({ filter: /./ }, ({ kind, path }) =>
      isBuiltin(path) && kind !== 'dynamic-import' ? { path: path.replace(/^node:/, ''), namespace: 'builtin' } : undefined,
    );
    builder.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({ contents: moduleOf(`node:${path}`) }));
  },
};

/** Each export reads its own property and is marked as pure: the bundler leaves out those that nobody imports. */
function moduleOf(name: string): string {
  const names = Object.getOwnPropertyNames(process.getBuiltinModule(name)).filter(
    (key) => /^[A-Za-z_]\w*$/.test(key) && key !== 'default',
  );
  return [
    `const whole = /* @__PURE__ */ process.getBuiltinModule('${name}');`,
    'export default whole;',
    ...names.map((key) => `const own_${key} = /* @__PURE__ */ (() => whole.${key})();\nexport { own_${key} as ${key} };`),
  ].join('\n');
}
