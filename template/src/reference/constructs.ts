/**
 * Every construct of the language with an example and what it prints: the documentation is made from this, the editor
 * explains with it, and each example is a test. Knows how nothing works.
 */
import type { Target } from '../escape.ts'

/** The chapters, in the order of the documentation. */
export const CONSTRUCT_GROUPS = [
  'output',
  'paths',
  'literals',
  'operators',
  'variables',
  'conditions',
  'loops',
  'fragments',
  'helpers',
  'text and space',
] as const
export type ConstructGroup = (typeof CONSTRUCT_GROUPS)[number]

/** One construct. The example runs over `EXAMPLE_DATA`, with `fragments` at hand, for HTML unless `target` says else. */
export interface Construct {
  readonly group: ConstructGroup
  /** How it is written. */
  readonly syntax: string
  readonly summary: string
  readonly example: string
  readonly prints: string
  readonly target?: Target
  readonly fragments?: Readonly<Record<string, string>>
}

const OUTPUT: readonly Construct[] = [
  {
    group: 'output',
    syntax: '{{path}}',
    summary: 'Prints a value, escaped for where the output goes. What is missing prints blank.',
    example: 'Hi {{profile.person.name.firstName}}!{{context.missing}}',
    prints: 'Hi Ada!',
  },
  {
    group: 'output',
    syntax: '{{{path}}}',
    summary: 'Prints a value as it is, without escaping.',
    example: '{{"<b>"}} {{{"<b>"}}}',
    prints: '&lt;b&gt; <b>',
  },
  {
    group: 'output',
    syntax: '{%= expression %}',
    summary: 'Prints the value of an expression, escaped like `{{ }}`.',
    example: '{%= upperCase(context.name) %} {%= 2 + 3 * 4 %}',
    prints: 'ADA 14',
  },
]

const PATHS: readonly Construct[] = [
  {
    group: 'paths',
    syntax: 'a.b.c',
    summary: 'The property of a property. Data starts with `profile` or `context`. Names are case sensitive.',
    example: '{{profile.person.name.firstName}}',
    prints: 'Ada',
  },
  {
    group: 'paths',
    syntax: 'a.`name`',
    summary: 'A name with a hyphen or other signs stands in backticks; in `{% %}` a bare hyphen is a minus.',
    example: '{{context.map.`a`}}',
    prints: '1',
  },
  {
    group: 'paths',
    syntax: 'a.[any name]',
    summary: 'A segment in square brackets, with any characters in it.',
    example: '{{context.map.[a]}}',
    prints: '1',
  },
  {
    group: 'paths',
    syntax: 'list[0], list.0',
    summary: 'An element of a list, counted from 0. `a["name"]` is a property.',
    example: '{{context.orders[0].sku}} {{context.orders.1.sku}} {{context.map["b"]}}',
    prints: 'lamp desk two',
  },
  {
    group: 'paths',
    syntax: 'list.property',
    summary: 'Over a list, the list of that property of every element.',
    example: '{%= sum(context.orders.price) %}',
    prints: '330',
  },
  {
    group: 'paths',
    syntax: 'value.f(x)',
    summary: 'The same as `f(value, x)`.',
    example: '{%= profile.segmentMembership.get("ups").get("a1").status %}',
    prints: 'existing',
  },
  {
    group: 'paths',
    syntax: 'f(x).property',
    summary: 'A property of what a function gives.',
    example: '{%= head(context.orders).sku %}',
    prints: 'lamp',
  },
]

const LITERALS: readonly Construct[] = [
  {
    group: 'literals',
    syntax: '"text"',
    summary: 'A text, in double or single quotes. `\\"` is a quote, `\\\\` a backslash.',
    example: '{%= "say \\"hi\\"" %}',
    prints: 'say "hi"',
    target: 'text',
  },
  {
    group: 'literals',
    syntax: '12, -3, 4.5, 56L',
    summary: 'Numbers; `L` marks a long integer and changes nothing.',
    example: '{%= -3 + 4.5 + 56L %}',
    prints: '57.5',
  },
  {
    group: 'literals',
    syntax: 'true, false, null',
    summary: 'Yes, no and nothing.',
    example: '{%= true and not false %}{%= null %}',
    prints: 'true',
  },
  {
    group: 'literals',
    syntax: '[1, 2, 3]',
    summary: 'A list.',
    example: '{%= in("NL", ["BE", "NL"]) %}',
    prints: 'true',
  },
]

const OPERATORS: readonly Construct[] = [
  {
    group: 'operators',
    syntax: 'a ?: b',
    summary: 'The first where it is neither null nor empty, else the second. Binds most loosely.',
    example: '{%= context.nickname ?: "friend" %}',
    prints: 'friend',
  },
  {
    group: 'operators',
    syntax: 'a or b, a and b, not a',
    summary:
      'Logic. `and` binds tighter than `or`. False are: false, null, 0, the empty text and the empty list.',
    example: '{%= false or true and not false %}',
    prints: 'true',
  },
  {
    group: 'operators',
    syntax: 'a = b, a != b',
    summary: 'Equality, with one sign. A list equals a value when one of its elements does.',
    example: '{%= context.orders.sku = "desk" %} {%= "5" = 5 %}',
    prints: 'true false',
  },
  {
    group: 'operators',
    syntax: 'a < b, a <= b, a > b, a >= b',
    summary:
      'Order of numbers, of texts, of dates. Values of different types, and null, are in no order: false.',
    example: '{%= 2 < 10 %} {%= "2" < 10 %}',
    prints: 'true false',
  },
  {
    group: 'operators',
    syntax: 'a + b, a - b, a * b, a / b, a % b',
    summary:
      'Arithmetic on numbers; anything else, and a division by zero, is null. Texts are joined by `concat`.',
    example: '{%= 7 % 4 * 2 - 1 %}{%= "a" + "b" %}',
    prints: '5',
  },
]

const VARIABLES: readonly Construct[] = [
  {
    group: 'variables',
    syntax: '{% let name = expression %}',
    summary: 'Sets a variable. It holds for all that follows, also outside of the block in which it was set.',
    example:
      '{% let total = 0 %}{{#each context.orders as |o|}}{% let total = total + o.price %}{{/each}}{{total}}',
    prints: '330',
  },
]

const CONDITIONS: readonly Construct[] = [
  {
    group: 'conditions',
    syntax: '{%#if a%}…{%else if b%}…{%else%}…{%/if%}',
    summary: 'The first branch whose condition is true.',
    example: '{%#if stringToNumber(context.price) > 100%}free{%else if true%}paid{%/if%} shipping',
    prints: 'paid shipping',
  },
  {
    group: 'conditions',
    syntax: '{{#if a}}…{{else}}…{{/if}}',
    summary: 'The same in the other spelling; the condition can be any expression.',
    example: '{{#if context.orders}}orders{{else}}nothing{{/if}}',
    prints: 'orders',
  },
  {
    group: 'conditions',
    syntax: '{%#unless a%}…{%else%}…{%/unless%}',
    summary: 'The branch for a condition that is false. `{{#unless}}` is the same.',
    example: '{%#unless context.vip%}Join us{%/unless%}',
    prints: 'Join us',
  },
]

const LOOPS: readonly Construct[] = [
  {
    group: 'loops',
    syntax: '{{#each list as |item|}}…{{else}}…{{/each}}',
    summary: 'Once for each element; `{{else}}` for an empty or missing list.',
    example: '{{#each context.orders as |o|}}{{o.sku}} {{/each}}',
    prints: 'lamp desk chair ',
  },
  {
    group: 'loops',
    syntax: '{{this}}, {{this.x}}, {{x}}',
    summary: 'Inside of a block without an alias: the element, and its properties.',
    example: '{{#each context.orders}}{{sku}}:{{this.price}} {{/each}}',
    prints: 'lamp:10 desk:240 chair:80 ',
  },
  {
    group: 'loops',
    syntax: '@index, @first, @last, @key',
    summary: 'Where the loop stands: counted from 0, and whether it is the first or the last time.',
    example: '{{#each context.orders}}{{@index}}{{#unless @last}}, {{/unless}}{{/each}}',
    prints: '0, 1, 2',
  },
  {
    group: 'loops',
    syntax: '{{#with value as |x|}}…{{else}}…{{/with}}',
    summary: 'Makes a value the place from which names are read.',
    example: '{{#with profile.person.name}}{{firstName}}{{/with}}',
    prints: 'Ada',
  },
]

const FRAGMENTS: readonly Construct[] = [
  {
    group: 'fragments',
    syntax: '{{fragment id="ajo:…" mode="inline"}}',
    summary:
      'Prints a fragment. It reads the variables set before it, and those it sets hold after it; the loops around its tag are hidden from it.',
    example: '{% let greeting = "Hello" %}{{fragment id="ajo:salutation"}}',
    prints: 'Hello Ada',
    fragments: { 'ajo:salutation': '{{greeting}} {{context.name}}' },
  },
  {
    group: 'fragments',
    syntax: '{{fragment id="…" render=false}}',
    summary: 'Runs a fragment for its variables and prints nothing.',
    example: '{{fragment id="rates" render=false}}{{vat}} %',
    prints: '21 %',
    fragments: { rates: 'These are the rates.{% let vat = 21 %}' },
  },
  {
    group: 'fragments',
    syntax: '{{#inline "id" name="label" assetType="image"}}default{{/inline}}',
    summary:
      'Declares an editable field of a fragment, printed by `{{{id}}}`. A use replaces it by `id="…"` in its tag; what comes from data is escaped, and nothing is escaped twice.',
    example: '{{fragment id="footer"}} {{fragment id="footer" city="Delft"}}',
    prints: 'Amsterdam Delft',
    fragments: { footer: '{{#inline "city"}}Amsterdam{{/inline}}{{{city}}}' },
  },
  {
    group: 'fragments',
    syntax: '{{fragment id=path}}',
    summary: 'A fragment chosen by data, found at the render. An id that is not published stops the message.',
    example: '{% let chosen = "f-nl" %}{{fragment id=chosen}}',
    prints: 'Dag Ada',
    fragments: { 'f-nl': 'Dag {{context.name}}' },
  },
]

const HELPERS: readonly Construct[] = [
  {
    group: 'helpers',
    syntax: '{{datasetLookup datasetId="…" id=… result="name" required=false}}',
    summary:
      'Sets a variable to the row of a lookup table with this key: quoted is a literal, bare a path. With `required=true` a person without a row is left out; else its values are empty.',
    example: '{{datasetLookup datasetId="stores" id="7" result="store"}}{{store.city}}',
    prints: 'Utrecht',
  },
  {
    group: 'helpers',
    syntax: '{{executionMetadata key="…" value=…}}',
    summary:
      'Prints nothing, and stores a pair with the sending: at most 50 pairs and 2 KB of them for one message.',
    example: '{{executionMetadata key="segment" value=context.name}}Hi',
    prints: 'Hi',
  },
  {
    group: 'helpers',
    syntax: '{{encrypt value keyName="…" version="…" result="name"}}',
    summary:
      'Encrypts a text by AES-256-GCM under a key of the registry and sets a variable: `keyName.version.nonce.authTag.cipherText`, the last three base64url. A revoked key stops the message.',
    example: '{{encrypt context.name keyName="k" result="token"}}{%= substr(token, 0, 4) %}',
    prints: 'k.1.',
  },
  {
    group: 'helpers',
    syntax: '{{url originalUrl="…" type="…" action="CLICK"}}',
    summary: 'Prints a link. `action="CLICK"` asks for tracking, `type="DEEPLINK"` marks a link into an app.',
    example: '{{url originalUrl="https://example.com/a"}}',
    prints: 'https://example.com/a',
  },
]

const TEXT: readonly Construct[] = [
  {
    group: 'text and space',
    syntax: '{{! comment }}, {{!-- comment --}}',
    summary: 'Prints nothing. The longer form can hold tags.',
    example: 'a{{! one }}b{{!-- {{two}} --}}c',
    prints: 'abc',
  },
  {
    group: 'text and space',
    syntax: '{{~ … ~}}',
    summary: 'A tilde takes the white space beside a tag.',
    example: 'a  {{~context.name~}}  b',
    prints: 'aAdab',
  },
  {
    group: 'text and space',
    syntax: 'a tag that prints nothing, alone on its line',
    summary: 'Takes the whole line, so that a text has no empty lines for its logic.',
    example: '{%#if true%}\nyes\n{%/if%}\n.',
    prints: 'yes\n.',
  },
]

/** All constructs, by chapter. */
export const CONSTRUCTS: readonly Construct[] = [
  ...OUTPUT,
  ...PATHS,
  ...LITERALS,
  ...OPERATORS,
  ...VARIABLES,
  ...CONDITIONS,
  ...LOOPS,
  ...FRAGMENTS,
  ...HELPERS,
  ...TEXT,
]
