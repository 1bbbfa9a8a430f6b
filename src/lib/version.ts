/** muster's own version, as `muster version` prints it and receipts record it. A constant, so that nothing is read to know it. */
export const musterVersion = '0.1.0';
