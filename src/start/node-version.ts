/** Says so in one line and answers true when Node is older than 24. What is newer than that must not stand in the way of this line. */
export function isNodeTooOld(): boolean {
  const [major = 0] = process.versions.node.split('.').map(Number);
  if (major >= 24) return false;
  process.stderr.write(`muster: Node.js 24 or later is needed, this is ${process.versions.node} (${process.execPath})\n`);
  return true;
}
