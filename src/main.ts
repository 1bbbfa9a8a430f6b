// The program: checks the Node it runs on, then hands over. Nothing is imported statically, so that an old Node gets to the check.

const [major = 0] = process.versions.node.split('.').map(Number);

if (major < 24) {
  process.stderr.write(`muster: Node.js 24 or later is needed, this is ${process.versions.node} (${process.execPath})\n`);
  process.exitCode = 1;
} else {
  rememberCompiledCode();
  const { main } = await import('#cli/edge.ts');
  await main();
}

/** Node keeps what it compiled in the user's own cache folder; that saves a tenth of the time of most commands. Failing is no failure. */
function rememberCompiledCode(): void {
  const { XDG_CACHE_HOME: chosen, HOME: home } = process.env;
  // A home that does not exist is not ours to make: accounts of services have one on purpose.
  const [base, folder] = chosen ? [chosen, chosen] : [home, `${home}/.cache`];
  if (!base?.startsWith('/') || !process.getBuiltinModule('node:fs').existsSync(base)) return;
  process.getBuiltinModule('node:module').enableCompileCache(`${folder}/muster`);
}
