/** Whether a socket on `a` keeps one on `b` from being opened, for the same port. */
export function addressesOverlap(a: string, b: string): boolean {
  const [one, other] = [normal(a), normal(b)];
  if (one === other || one === '' || other === '') return true;
  const sixes = [one.includes(':'), other.includes(':')];
  if (sixes[0] !== sixes[1]) return false;
  return isWildcard(one) || isWildcard(other);
}

const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::';
const normal = (address: string): string => address.replace(/^\[|\]$/g, '').toLowerCase();
