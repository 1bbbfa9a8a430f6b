// The same tree written otherwise: other styles of scalars, anchors and merge keys, tags, variables in place of values.

import type { Dice } from './dice.ts';
import { substitution } from './grammars.ts';
import { Flow, isFields, Marked, Raw, Styled, type Fields, type Style, type Value } from './values.ts';

export type Decoration = {
  readonly substitutions: number;
  readonly styles: number;
  readonly anchors: number;
  readonly resets: number;
  readonly overrides: number;
};

export function decorate(document: Fields, decoration: Decoration, dice: Dice): Fields {
  const anchors: string[] = [];
  const walk = (value: Value, depth: number): Value => {
    if (depth > 1 && dice.chance(decoration.resets)) return new Marked('!reset', dice.pick<Value>([null, [], {}, value, 'x']));
    if (depth > 1 && dice.chance(decoration.overrides)) return new Marked('!override', walk(value, depth + 1));
    if (depth > 0 && anchors.length > 0 && dice.chance(decoration.anchors / 3)) return new Raw(`*${dice.pick(anchors)}`);
    const inner = Array.isArray(value)
      ? value.map((item) => walk(item, depth + 1))
      : isFields(value)
        ? fields(value, depth)
        : leaf(value);
    if (depth > 1 && dice.chance(decoration.anchors)) {
      const name = `a${anchors.length}`;
      anchors.push(name);
      return new Marked(`&${name}`, inner);
    }
    return depth > 1 && typeof inner === 'object' && dice.chance(decoration.styles / 2) ? new Flow(inner) : inner;
  };
  const fields = (value: Fields, depth: number): Fields => {
    const entries = Object.entries(value).map(([key, own]): [string, Value] => [key, walk(own, depth + 1)]);
    if (anchors.length > 0 && dice.chance(decoration.anchors))
      entries.splice(dice.below(entries.length + 1), 0, [
        '<<',
        new Raw(dice.pick([`*${dice.pick(anchors)}`, `[*${dice.pick(anchors)}, *${dice.pick(anchors)}]`])),
      ]);
    return Object.fromEntries(entries);
  };
  const leaf = (value: Value): Value => {
    if (typeof value === 'object') return value;
    const text = String(value);
    if (dice.chance(decoration.substitutions)) return substituted(text, dice);
    return typeof value === 'string' && dice.chance(decoration.styles) ? new Styled(value, dice.pick(stylesFor(value))) : value;
  };
  return fields(document, 0);
}

function substituted(text: string, dice: Dice): string {
  if (dice.chance(0.6))
    return dice.pick([`\${UNSET:-${text}}`, `\${UNSET-${text}}`, `\${N:+${text}}`, `\${UNSET:-\${E:-${text}}}`]);
  const at = dice.below(text.length + 1);
  return text.slice(0, at) + substitution(dice, dice.pick([text, 'd', '1', ''])) + text.slice(at);
}

function stylesFor(text: string): readonly Style[] {
  const isPrintable = !/[^\P{Cc}\n]/u.test(text);
  if (isPrintable && /^[\w./-]/.test(text) && !/: |:$| #/.test(text)) return ['plain', 'single', 'literal', 'folded', 'lines'];
  return isPrintable && !/^[ \n]|^$/.test(text) ? ['single', 'literal', 'folded', 'lines'] : ['lines'];
}
