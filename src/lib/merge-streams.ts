/** What all streams yield, as it comes; ends with the last of them. Breaking out closes all; the first failure closes all and is thrown. */
export async function* mergeStreams<Value>(streams: readonly AsyncIterable<Value>[]): AsyncGenerator<Value, void> {
  const waiting: Value[] = [];
  let open = streams.length;
  let failure: { readonly cause: unknown } | null = null;
  let wake = (): void => {};
  const iterators = streams.map((stream) => stream[Symbol.asyncIterator]());
  const pump = async (iterator: AsyncIterator<Value>): Promise<void> => {
    try {
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
        waiting.push(next.value);
        wake();
      }
    } catch (cause) {
      failure ??= { cause };
    }
    open--;
    wake();
  };
  try {
    for (const iterator of iterators) void pump(iterator);
    for (;;) {
      const value = waiting.shift();
      // The element may be undefined by type; what counts is whether there was one.
      if (value !== undefined) yield value;
      else if (failure !== null) throw (failure as { readonly cause: unknown }).cause;
      else if (open === 0) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    // One that waits for its next value ends when its own signal fires; nobody waits for that here.
    for (const iterator of iterators) void iterator.return?.()?.catch(() => undefined);
  }
}
