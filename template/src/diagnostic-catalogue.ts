/** Everything that can be wrong with a source: stable codes, what each means, and what mends it in general. */

/** One kind of finding. */
export interface DiagnosticKind {
  readonly meaning: string
  /** What to do, where a finding knows nothing better. */
  readonly remedy: string
}

const kind = (meaning: string, remedy: string): DiagnosticKind => ({ meaning, remedy })

/** All kinds, by code. */
export const DIAGNOSTICS = {
  source_too_large: kind('The source is longer than allowed.', 'Move parts of it into fragments.'),
  tag_unclosed: kind('A tag has no end.', 'Close it: {{ by }}, {% by %}.'),
  tag_empty: kind('A tag has nothing in it.', 'Write a path or an expression, or remove the tag.'),
  expression_invalid: kind('An expression cannot be understood.', 'Correct it where the caret points.'),
  expression_too_long: kind('An expression has too many parts.', 'Compute some of it with {% let %} first.'),
  string_unclosed: kind('A text or a name has no closing quote.', 'Add the quote; a quote within is \\".'),
  block_unclosed: kind('A block has no end.', 'Close it by its name, as in {{/if}}.'),
  block_mismatch: kind(
    'A closing tag fits no open block.',
    'Close the innermost block first, or remove the tag.',
  ),
  block_unknown: kind('There is no block of this name.', 'Use if, unless, each, with or inline.'),
  else_misplaced: kind(
    'An else stands where none can be.',
    'Move it into an if, unless, each or with, once.',
  ),
  nesting_too_deep: kind('Blocks or parentheses are nested too deeply.', 'Compute the inner part before.'),
  helper_unknown: kind('A helper does not exist in messages.', 'Use one of the helpers of the language.'),
  helper_wrong: kind(
    'A helper lacks something, or has something it does not take.',
    'Write it as documented.',
  ),
  fragment_unknown: kind('There is no fragment of this id.', 'Choose a fragment of this sandbox.'),
  fragment_broken: kind('A fragment has errors itself.', 'Mend and publish the fragment.'),
  fragment_recursive: kind('A fragment includes itself.', 'Take the tag out of one of them.'),
  fragment_too_deep: kind('Fragments are nested too deeply.', 'Put the innermost ones side by side.'),
  fragments_too_many: kind('A template uses too many different fragments.', 'Join some of them.'),
  field_unknown: kind(
    'A fragment has no editable field of this name.',
    'Use a name that the fragment declares.',
  ),
  table_unknown: kind('There is no lookup table of this name.', 'Choose a lookup table of this sandbox.'),
  function_unknown: kind('There is no function of this name.', 'Choose one of the function reference.'),
  arguments_wrong: kind('A function gets too few or too many values.', 'Give it what its signature says.'),
  name_unknown: kind(
    'A name is no variable, alias or namespace.',
    'Begin with profile. or context., or set it by let.',
  ),
  name_reserved: kind('A name has a meaning already.', 'Choose another name.'),
  loop_name_outside: kind(
    '@index, this and their like stand outside of a block.',
    'Use them within each or with.',
  ),
  pattern_invalid: kind(
    'A regular expression is not valid here.',
    'Correct it; look-around and back-references do not exist.',
  ),
  plus_on_text: kind('"+" is used on text, and gives nothing.', 'Join texts by concat(…).'),
  syntax_variant: kind('A spelling is understood but not the documented one.', 'Write the documented form.'),
  path_unknown: kind('The schema has no such path.', 'Use a path of the schema, or add it there.'),
  type_mismatch: kind('A value has another type than its place needs.', 'Convert it, or use another value.'),
  value_unknown: kind(
    'A comparison with a value that the schema does not list.',
    'Use one of the listed values.',
  ),
  branch_unreachable: kind(
    'A part of the content can never be printed.',
    'Remove it, or correct the condition.',
  ),
  output_unescaped: kind('Data is printed into HTML without escaping.', 'Use two braces instead of three.'),
  variable_unset: kind('A variable is used before it is set.', 'Move its let before the first use.'),
  profile_forbidden: kind(
    'Profile attributes in a high-throughput campaign.',
    'Send the value in the context of the call.',
  ),
} as const satisfies Record<string, DiagnosticKind>

/** A stable code. */
export type DiagnosticCode = keyof typeof DIAGNOSTICS

/** All codes. */
export const DIAGNOSTIC_CODES = Object.keys(DIAGNOSTICS) as readonly DiagnosticCode[]
