import { expect, test } from 'vitest';
import { eventsOf, TooDeep } from './events.ts';

/** The events as text: `[` and `{` open, `)` closes, scalars stand in quotes with their anchor and tag before them. */
function outline(text: string): string {
  return eventsOf(text, 100)
    .map((event) => {
      if (event.kind === 'document') return '---';
      if (event.kind === 'end') return ')';
      if (event.kind === 'alias') return `*${event.name}`;
      const content = event.kind === 'scalar' ? JSON.stringify(event.text) : event.kind === 'sequence' ? '[' : '{';
      return [...(event.anchor === null ? [] : [`&${event.anchor}`]), ...(event.tag === '' ? [] : [event.tag]), content].join(
        ' ',
      );
    })
    .join(' ');
}

test.each([
  ['a list below its key ends at the next key', 'a:\n- b\nc: d', '--- { "a" [ "b" ) "c" "d" ) )'],
  ['lists may stand in lists on one line', '- - a\n  - b', '--- [ [ "a" "b" ) ) )'],
  ['what a key or a dash leaves out is nothing', 'a:\nb:\n- \n- c', '--- { "a" "" "b" [ "" "c" ) ) )'],
  ['a key that is announced may do without a value', '? a\n', '--- { "a" "" ) )'],
  ['a pair in a list is a mapping', '[a: b, ? c : d]', '--- [ { "a" "b" ) { "c" "d" ) ) )'],
  ['a mapping in braces may leave out values and colons', '{a b, "c":d, e: , g}', '--- { "a b" "" "c" "d" "e" "" "g" "" ) )'],
  ['a comma may end what is in brackets', '[{a: b, }, ]', '--- [ { "a" "b" ) ) )'],
  ['an anchor and a tag come in any order', '[&a !t b, !t &a b, *a ]', '--- [ &a !t "b" &a !t "b" *a ) )'],
  ["a tag takes the comma that follows it, unlike YAML's", '[!t, a]', '--- [ !t, "a" ) )'],
  ['an anchor may stand alone', 'a: &b\nc: !t', '--- { "a" &b "" "c" !t "" ) )'],
  ['a whole address may be a tag', '!<tag:yaml.org,2002:str> 1', '--- !!str "1" )'],
  ['a directive names the start of tags', '%TAG !e! tag:yaml.org,2002:\n---\n!e!int 1', '--- !!int "1" )'],
  ['documents stand between lines of dashes', '---\n---\na\n...\n---\nb', '--- "" ) --- "a" ) --- "b" )'],
  ['nothing is no document', '# a\n', ''],
])('%s', (_, text, expected) => expect(outline(text)).toBe(expected));

test.each([
  ['a list that is not closed', '[a', 2, 'closed with ]'],
  ['a mapping that is not closed', '{a: b', 5, 'closed with }'],
  ['a bracket too many', 'a: [b]]', 6, 'indentation'],
  ['a comma without a value before it', '[a,,b]', 3, 'missing'],
  ['text behind quotes', 'a: "b" c', 7, 'indentation'],
  ['a line between two depths', 'a:\n  - b\n c: d', 10, 'indentation'],
  ['a colon on the line after its key, in brackets', '[a\n: b]', 3, 'comma'],
  ['two anchors for one value', 'a: &b &c d', 6, 'indentation'],
  ['a tag whose start is not defined', '!e!a b', 0, 'not defined'],
  ['a version of YAML but 1.1', '%YAML 1.2\n---', 0, '1.1'],
  ['text after a document without dashes', 'a\n...\nb', 6, 'starts with ---'],
  ['a control character', 'a: "\u0007"', 4, 'control'],
])('%s is refused where it stands', (_, text, at, reason) => {
  const refusal: object = expect.objectContaining({ at, message: expect.stringContaining(reason) as string });
  expect(() => outline(text)).toThrow(refusal);
});

test('what is nested too deep is refused as that', () => {
  expect(() => eventsOf('[[[a]]]', 3)).not.toThrow();
  expect(() => eventsOf('[[[[a]]]]', 3)).toThrow(TooDeep);
});
