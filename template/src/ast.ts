/** The shape of a parsed template, one tree for both layers (Handlebars and PQL). Knows nothing of how it is parsed or run. */

/** A range of the source, in UTF-16 units, end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A whole template: its source is kept, because positions are told from it. */
export interface Ast {
  readonly source: string
  readonly body: readonly Node[]
}

export type Node =
  | TextNode
  | OutputNode
  | LetNode
  | IfNode
  | EachNode
  | WithNode
  | InlineNode
  | FragmentNode
  | LookupNode
  | MetadataNode
  | EncryptNode
  | LinkNode

/** Text that is printed as it stands. */
export interface TextNode {
  readonly kind: 'text'
  readonly span: Span
  readonly text: string
}

/** `{{x}}`, `{{{x}}}` (raw) or `{%= x %}`. */
export interface OutputNode {
  readonly kind: 'output'
  readonly span: Span
  readonly raw: boolean
  readonly value: Expression
}

/** `{% let name = value %}`: visible everywhere after, also outside the block in which it stands. */
export interface LetNode {
  readonly kind: 'let'
  readonly span: Span
  readonly name: string
  readonly nameSpan: Span
  readonly value: Expression
}

/** One branch of a condition. */
export interface Branch {
  readonly condition: Expression
  readonly body: readonly Node[]
}

/** `if`, its `else if`s, and `unless` (whose condition is already negated). */
export interface IfNode {
  readonly kind: 'if'
  readonly span: Span
  readonly branches: readonly Branch[]
  readonly otherwise: readonly Node[]
}

/** The names after `as`: `|item|` or `|item index|`. */
export interface Alias {
  readonly item: string | null
  readonly index: string | null
}

/** `{{#each list}}`; `span` is the opening tag. */
export interface EachNode {
  readonly kind: 'each'
  readonly span: Span
  readonly list: Expression
  readonly alias: Alias
  readonly body: readonly Node[]
  readonly otherwise: readonly Node[]
}

/** `{{#with value}}`; `span` is the opening tag. */
export interface WithNode {
  readonly kind: 'with'
  readonly span: Span
  readonly value: Expression
  readonly alias: Alias
  readonly body: readonly Node[]
  readonly otherwise: readonly Node[]
}

/** `{{#inline "id"}}default{{/inline}}`: declares an editable field, which `{{{id}}}` prints. `span` is the opening tag. */
export interface InlineNode {
  readonly kind: 'inline'
  readonly span: Span
  readonly id: string
  readonly label: string | null
  readonly assetType: 'image' | 'url' | null
  readonly body: readonly Node[]
}

/** One `name=value` of a helper. */
export interface HashEntry {
  readonly name: string
  readonly nameSpan: Span
  readonly value: Expression
}

/** `{{fragment id=…}}`; `fields` replace editable fields, `render` false runs it for its variables alone. */
export interface FragmentNode {
  readonly kind: 'fragment'
  readonly span: Span
  readonly id: Expression
  readonly render: boolean
  readonly fields: readonly HashEntry[]
}

/** `{{datasetLookup datasetId="…" id=… result="…"}}`: sets a variable to a row of a lookup table. */
export interface LookupNode {
  readonly kind: 'lookup'
  readonly span: Span
  readonly dataset: string
  readonly id: Expression
  readonly result: string
  readonly resultSpan: Span
  readonly required: boolean
}

/** `{{executionMetadata key="…" value=…}}`. */
export interface MetadataNode {
  readonly kind: 'metadata'
  readonly span: Span
  readonly key: string
  readonly value: Expression
}

/** `{{encrypt value keyName="…" result="…"}}`; `result` null prints the text in place. */
export interface EncryptNode {
  readonly kind: 'encrypt'
  readonly span: Span
  readonly value: Expression
  readonly keyName: string
  readonly version: string | null
  readonly result: string | null
  readonly resultSpan: Span
}

/** `{{url originalUrl=…}}`. */
export interface LinkNode {
  readonly kind: 'link'
  readonly span: Span
  /** `{{{url …}}}`: printed unescaped. */
  readonly raw: boolean
  readonly url: Expression
  readonly type: string | null
  readonly action: string | null
}

export type Expression =
  | LiteralExpression
  | ArrayExpression
  | NameExpression
  | ThisExpression
  | LoopExpression
  | MemberExpression
  | IndexExpression
  | CallExpression
  | UnaryExpression
  | BinaryExpression

export interface LiteralExpression {
  readonly kind: 'literal'
  readonly span: Span
  readonly value: string | number | boolean | null
}

export interface ArrayExpression {
  readonly kind: 'array'
  readonly span: Span
  readonly items: readonly Expression[]
}

/** The first segment of a path: a namespace, an alias, a variable, or a property of the item of a block. */
export interface NameExpression {
  readonly kind: 'name'
  readonly span: Span
  readonly name: string
}

/** `this`: the item of the innermost `each` or `with`. */
export interface ThisExpression {
  readonly kind: 'this'
  readonly span: Span
}

/** The names after `@`. */
export const LOOP_NAMES = ['index', 'first', 'last', 'key'] as const
export type LoopName = (typeof LOOP_NAMES)[number]

export interface LoopExpression {
  readonly kind: 'loop'
  readonly span: Span
  readonly name: LoopName
}

/** `object.key`; over an array it is the list of that property of every element. */
export interface MemberExpression {
  readonly kind: 'member'
  readonly span: Span
  readonly object: Expression
  readonly key: string
}

/** `object[index]`. */
export interface IndexExpression {
  readonly kind: 'index'
  readonly span: Span
  readonly object: Expression
  readonly index: Expression
}

/** `f(a, b)`, and `a.f(b)`, which means the same. */
export interface CallExpression {
  readonly kind: 'call'
  readonly span: Span
  readonly name: string
  readonly nameSpan: Span
  readonly args: readonly Expression[]
}

export interface UnaryExpression {
  readonly kind: 'unary'
  readonly span: Span
  readonly operator: 'not' | '-'
  readonly operand: Expression
}

export type BinaryOperator =
  | '?:'
  | 'or'
  | 'and'
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'

export interface BinaryExpression {
  readonly kind: 'binary'
  readonly span: Span
  readonly operator: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}
