// The program: checks the Node it runs on, then hands over. Nothing is imported statically, so that an old Node gets to the check.

const [major = 0] = process.versions.node.split('.').map(Number);

if (major < 24) {
  process.stderr.write(`muster: Node.js 24 or later is needed, this is ${process.versions.node} (${process.execPath})\n`);
  process.exitCode = 1;
} else {
  const { main } = await import('#cli/edge.ts');
  await main();
}
