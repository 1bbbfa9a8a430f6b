/** At most `limit` at a time: resolves, in the order of the calls, with the function that ends the turn. */
export function takeTurns(limit: number): () => Promise<() => void> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async () => {
    if (running === limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    };
  };
}
