// What a flag may be, and the values that parsing a table of flags yields.

type Described = {
  /** One character. */
  readonly short?: string;
  /** One line, starts with a capital, no full stop. */
  readonly help: string;
  /** Name of the value in help: `SECONDS`. */
  readonly value?: string;
  /** Accepted for old scripts, left out of help. */
  readonly hidden?: true;
};

export type Flag = Described &
  (
    | { readonly type: 'bool'; readonly default?: boolean }
    | { readonly type: 'int'; readonly default?: number }
    | { readonly type: 'string'; readonly default?: string; readonly choices?: readonly string[] }
    /** Repeatable. */
    | { readonly type: 'strings' }
    /** Repeatable `KEY=VALUE`; a key without `=` has the value null. */
    | { readonly type: 'pairs' }
  );

export type FlagTable = Readonly<Record<string, Flag>>;

export type Pair = readonly [key: string, value: string | null];

type ValueOf<One extends Flag> = One extends { readonly type: 'bool' }
  ? boolean
  : One extends { readonly type: 'int'; readonly default: number }
    ? number
    : One extends { readonly type: 'int' }
      ? number | null
      : One extends { readonly type: 'string' }
        ? string
        : One extends { readonly type: 'strings' }
          ? readonly string[]
          : readonly Pair[];

/** By flag name: absent bools are false, absent ints null, absent strings '' and absent lists empty, unless there is a default. */
export type FlagValues<Table extends FlagTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> };

export type FlagValue = boolean | number | string | null | readonly string[] | readonly Pair[];
