/** From source to tree. Every mistake is reported and parsing goes on, so that one look finds them all. */
import type { Alias, Ast, Branch, Expression, Node, Span } from './ast.ts'
import { createReporter, type Diagnostic, inSourceOrder, type Reporter } from './diagnostics.ts'
import { completeLimits, type Limits } from './limits.ts'
import { type BlockName, type InlineField, type Part, parseTag } from './parse-tag.ts'
import { createReader, SyntaxFault, startsName } from './reader.ts'
import { type Tag, tokenize } from './tokenize.ts'
import { outerSpan } from './whitespace.ts'

/** A block that is still open. `name` is what its closing tag must say. */
interface Frame {
  readonly block: BlockName | 'broken'
  readonly name: string
  readonly span: Span
  readonly value: Expression
  readonly alias: Alias
  readonly field?: InlineField
  readonly branches: Branch[]
  condition: Expression
  body: Node[]
  main: Node[] | null
  hasElse: boolean
}

interface Parser {
  readonly source: string
  readonly limits: Limits
  readonly reporter: Reporter
  readonly root: Node[]
  readonly stack: Frame[]
}

/** What `parseTemplate` may be told. */
export interface ParseOptions {
  readonly limits?: Partial<Limits>
}

/**
 * Parses a source and never throws. The tree holds what could be understood; it is only fit for compiling when no
 * diagnostic is an error.
 */
export const parseTemplate = (
  source: string,
  options: ParseOptions = {},
): { readonly ast: Ast; readonly diagnostics: readonly Diagnostic[] } => {
  const limits = completeLimits(options.limits)
  const reporter = createReporter(source)
  const parser: Parser = { source, limits, reporter, root: [], stack: [] }
  if (source.length > limits.maxSourceLength) {
    const message = `The content has ${source.length} characters, at most ${limits.maxSourceLength} are allowed`
    reporter.error('source_too_large', { start: limits.maxSourceLength, end: source.length }, message)
  } else parseSource(parser)
  return { ast: { source, body: parser.root }, diagnostics: inSourceOrder(reporter.diagnostics) }
}

const parseSource = (parser: Parser): void => {
  const { source } = parser
  let cursor = 0
  for (const tag of tokenize(source, parser.reporter)) {
    if (parser.reporter.isFull()) return
    const outer = outerSpan(source, tag)
    addText(parser, { start: cursor, end: outer.start })
    cursor = Math.max(cursor, outer.end)
    if (tag.kind !== 'comment') addTag(parser, tag)
  }
  addText(parser, { start: cursor, end: source.length })
  for (const frame of parser.stack.reverse()) {
    parser.reporter.error('block_unclosed', frame.span, `This block has no end: close it with /${frame.name}`)
    closeFrame(parser.root, frame)
  }
}

const target = (parser: Parser): Node[] => parser.stack.at(-1)?.body ?? parser.root

const addText = (parser: Parser, span: Span): void => {
  if (span.end > span.start) {
    target(parser).push({ kind: 'text', span, text: parser.source.slice(span.start, span.end) })
  }
}

const addTag = (parser: Parser, tag: Tag): void => {
  const part = readPart(parser, tag)
  if (part === null) return
  const variant = (part.kind === 'let' ? undefined : part.variant) ?? tag.variant
  if (variant !== undefined)
    parser.reporter.warn('syntax_variant', tag.span, `This is understood; the documented form is ${variant}`)
  applyPart(parser, tag, part)
}

const readPart = (parser: Parser, tag: Tag): Part | null => {
  const reader = createReader(parser.source, tag.body, {
    hyphens: tag.layer === 'handlebars',
    limits: parser.limits,
  })
  try {
    return parseTag(reader, tag)
  } catch (error) {
    if (!(error instanceof SyntaxFault)) throw error
    parser.reporter.error(error.code, clip(error.span, tag.span), error.message)
    if (tag.kind === 'open') openBroken(parser, tag)
    return null
  }
}

const clip = (span: Span, bounds: Span): Span => {
  const start = Math.min(Math.max(span.start, bounds.start), bounds.end - 1)
  return { start, end: Math.max(start + 1, Math.min(span.end, bounds.end)) }
}

const applyPart = (parser: Parser, tag: Tag, part: Part): void => {
  const { span } = tag
  switch (part.kind) {
    case 'output':
      target(parser).push({ kind: 'output', span, raw: part.raw, value: part.value })
      return
    case 'let':
      target(parser).push({ kind: 'let', span, name: part.name, nameSpan: part.nameSpan, value: part.value })
      return
    case 'helper':
      target(parser).push(part.node)
      return
    case 'open':
      pushFrame(parser, { ...part, name: part.block, span })
      return
    case 'else':
      splitFrame(parser, tag, part.condition)
      return
    case 'close':
      popFrame(parser, tag, part.name)
  }
}

const nothing = (span: Span): Expression => ({ kind: 'literal', span, value: null })

// A block whose opening tag is wrong is still opened, or its closing tag would be reported as well.
const openBroken = (parser: Parser, tag: Tag): void => {
  const name = /^\s*(\S+)/.exec(parser.source.slice(tag.body.start, tag.body.end))?.[1]
  if (name === undefined || !startsName(name.charAt(0))) return
  pushFrame(parser, {
    block: 'broken',
    name,
    span: tag.span,
    value: nothing(tag.span),
    alias: { item: null, index: null },
  })
}

const pushFrame = (
  parser: Parser,
  opening: Pick<Frame, 'block' | 'name' | 'span' | 'value' | 'alias' | 'field'>,
): void => {
  if (parser.stack.length === parser.limits.maxNesting) {
    parser.reporter.error(
      'nesting_too_deep',
      opening.span,
      `Blocks can be nested ${parser.limits.maxNesting} deep`,
    )
  }
  const { value, span, block, name, alias, field } = opening
  const condition: Expression =
    block === 'unless' ? { kind: 'unary', span: value.span, operator: 'not', operand: value } : value
  parser.stack.push({
    block,
    name,
    span,
    value,
    alias,
    condition,
    branches: [],
    body: [],
    main: null,
    hasElse: false,
    ...(field === undefined ? {} : { field }),
  })
}

const splitFrame = (parser: Parser, tag: Tag, condition: Expression | null): void => {
  const frame = parser.stack.at(-1)
  if (frame === undefined) {
    parser.reporter.error('else_misplaced', tag.span, 'This else stands outside of every block')
    return
  }
  if (frame.block === 'inline') {
    parser.reporter.error('else_misplaced', tag.span, '#inline has no else')
    return
  }
  if (frame.hasElse) {
    parser.reporter.error('else_misplaced', tag.span, 'This block already has its else')
    return
  }
  if (condition !== null && (frame.block === 'each' || frame.block === 'with')) {
    parser.reporter.error('else_misplaced', tag.span, `#${frame.block} takes {{else}}, not else if`)
    return
  }
  endBranch(frame)
  if (condition === null) frame.hasElse = true
  else frame.condition = condition
}

const endBranch = (frame: Frame): void => {
  if (frame.block === 'each' || frame.block === 'with') frame.main = frame.body
  else if (!frame.hasElse) frame.branches.push({ condition: frame.condition, body: frame.body })
  frame.body = []
}

const popFrame = (parser: Parser, tag: Tag, name: string): void => {
  const frame = parser.stack.at(-1)
  if (frame === undefined) {
    parser.reporter.error('block_mismatch', tag.span, `There is no open block for /${name}`)
    return
  }
  if (frame.name !== name && parser.stack.some(open => open.name === name)) {
    closeUnended(parser, name)
  } else if (frame.name !== name) {
    parser.reporter.error(
      'block_mismatch',
      tag.span,
      `/${name} does not close #${frame.name}: expected /${frame.name}`,
    )
    return
  }
  const closing = parser.stack.pop()
  if (closing !== undefined) closeFrame(target(parser), closing)
}

// {{#each}}{{#if}}…{{/each}}: the outer one is meant, so every block within it lacks its end.
const closeUnended = (parser: Parser, name: string): void => {
  for (let open = parser.stack.at(-1); open !== undefined && open.name !== name; open = parser.stack.at(-1)) {
    parser.reporter.error('block_unclosed', open.span, `This block has no end: close it with /${open.name}`)
    parser.stack.pop()
    closeFrame(target(parser), open)
  }
}

const closeFrame = (into: Node[], frame: Frame): void => {
  const last = frame.body
  const { span, value, alias, block } = frame
  if (block === 'broken') {
    // Kept as a loop, so that names in it, whose alias may be what was wrong, are not reported again.
    into.push({ kind: 'each', span, list: value, alias, body: last, otherwise: [] })
    return
  }
  if (frame.field !== undefined) {
    into.push({ kind: 'inline', span, ...frame.field, body: last })
    return
  }
  if (block === 'each' || block === 'with') {
    const body = frame.main ?? last
    const otherwise = frame.main === null ? [] : last
    into.push(
      block === 'each'
        ? { kind: 'each', span, list: value, alias, body, otherwise }
        : { kind: 'with', span, value, alias, body, otherwise },
    )
    return
  }
  if (!frame.hasElse) endBranch(frame)
  into.push({ kind: 'if', span, branches: frame.branches, otherwise: frame.hasElse ? last : [] })
}
