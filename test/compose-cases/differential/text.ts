// The same file, or nearly, as other editors and people write it: line ends, a byte order mark, tabs, comments, a slip of the finger.

import type { Dice } from './dice.ts';

export function otherwiseWritten(text: string, dice: Dice): string {
  switch (dice.below(8)) {
    case 0:
      return text.replaceAll('\n', '\r\n');
    case 1:
      return `\uFEFF${text}`;
    case 2:
      return text.trimEnd();
    case 3:
      return text.replaceAll(
        '\n',
        dice.pick([' # comment\n', ' \n', '\t\n', '\n\n', '\n# comment\n', '\n  # comment\n', '\u0085', '\r']),
      );
    case 4:
      return `${dice.pick(['---\n', '%YAML 1.1\n---\n', '# comment\n---\n', '\n\n', '--- # comment\n'])}${text}${dice.pick(['', '...\n', '# end'])}`;
    case 5:
      return text.replaceAll(': ', dice.pick([':  ', ':\t', ':\n          ']));
    default:
      return times(1 + dice.below(3), text, (current) => slipped(current, dice));
  }
}

function times(count: number, start: string, change: (text: string) => string): string {
  let text = start;
  for (let done = 0; done < count; done++) text = change(text);
  return text;
}

const pieces =
  `: |- |# | #|"|'|[|]|{|}|,|&a |*a|!|!!str |!x |>|? |\\|%|@|---|...|\t|\r|é|a|0|<<|~|<<: |, |""|{}|[]|a: b|\n|\n  |\n    |\n---\n|  `.split(
    '|',
  );

function slipped(text: string, dice: Dice): string {
  const at = dice.below(text.length + 1);
  const piece = dice.chance(0.7) ? dice.pick([...pieces, '|', '|\n']) : '';
  return text.slice(0, at) + piece + text.slice(at + dice.pick([0, 0, 1, 1, 2]));
}
