// What is said of a series of samples: the minimum (the work itself) and the median (what one sees).

export type Figures = { readonly minimum: number; readonly median: number; readonly count: number };

export function figuresOf(samples: readonly number[]): Figures {
  const sorted = [...samples].sort((a, b) => a - b);
  const [minimum = Number.NaN] = sorted;
  return { minimum, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN, count: sorted.length };
}

/** 0.064 s, 1.52 s: three digits are all that a measurement here is worth. */
export const seconds = (milliseconds: number): string => `${Number((milliseconds / 1000).toPrecision(3))} s`;
export const milliseconds = (value: number): string => `${Math.round(value)} ms`;
export const megabytes = (value: number): string => `${Math.round(value)} MB`;
export const ratio = (ours: number, theirs: number): string => `${(ours / theirs).toFixed(2)}x`;
