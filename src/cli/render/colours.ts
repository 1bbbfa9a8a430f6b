// The sixteen colours that every terminal has, and nothing more.

export type Paint = (text: string) => string;

const escape = (code: number, end: number): Paint => {
  const [open, close] = [`\u001B[${code}m`, `\u001B[${end}m`];
  return (text) => `${open}${text}${close}`;
};

export type Colours = Readonly<Record<'red' | 'green' | 'yellow' | 'blue' | 'cyan' | 'dim' | 'bold', Paint>>;

const painted: Colours = {
  red: escape(31, 39),
  green: escape(32, 39),
  yellow: escape(33, 39),
  blue: escape(34, 39),
  cyan: escape(36, 39),
  dim: escape(2, 22),
  bold: escape(1, 22),
};

const plain: Paint = (text) => text;
const unpainted: Colours = { red: plain, green: plain, yellow: plain, blue: plain, cyan: plain, dim: plain, bold: plain };

export function coloursFor(hasColour: boolean): Colours {
  return hasColour ? painted : unpainted;
}

/** Prefixes of log lines: neighbours differ, and none is the red of errors. */
export const rainbow: readonly Paint[] = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94].map((code) => escape(code, 39));
