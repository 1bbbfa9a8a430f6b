import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';

/**
 * Importing a module of node's own loads it and reads every one of its exports: crypto takes 6 ms, and the getter of http's WebSocket
 * loads all of undici, 40 ms. In the bundle a module is loaded when the first of its functions is called. This also serves CommonJS
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

/** What nobody imports is left out by the bundler: each export stands alone, and what it reads at once is marked as pure. */
function moduleOf(name: string): string {
  const module = process.getBuiltinModule(name) ?? {};
  const keys = Object.getOwnPropertyNames(module).filter((key) => /^[A-Za-z_]\w*$/.test(key) && key !== 'default');
  return [
    'let loaded;',
    `const whole = () => (loaded ??= process.getBuiltinModule('${name}'));`,
    'export default /* @__PURE__ */ whole();',
    ...keys.map((key) => `${exportOf(key, module)}\nexport { own_${key} as ${key} };`),
  ].join('\n');
}

/** Classes are extended and constants compared: those are read when the importer is evaluated. */
function exportOf(key: string, module: object): string {
  const { value } = Object.getOwnPropertyDescriptor(module, key) ?? {};
  return typeof value === 'function' && /^[a-z]/.test(key)
    ? `const own_${key} = (...args) => whole().${key}(...args);`
    : `const own_${key} = /* @__PURE__ */ (() => whole().${key})();`;
}
