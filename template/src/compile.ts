/** Turns a tree into closures that append to one output. Knows nothing of parsing. */
import type { EachNode, IfNode, LetNode, Node, OutputNode, TextNode, WithNode } from './ast.ts'
import { compileExpression, type Evaluate, type Place } from './compile-expression.ts'
import { compileHelper, emitField } from './compile-helper.ts'
import type { Escape } from './escape.ts'
import type { Emit, Program, Shared } from './program.ts'
import { accountFor, append, type FrameState, type Run, spend, stepLoop } from './run.ts'
import { enterScope, type Scope } from './scope.ts'
import {
  isEmptyValue,
  isList,
  isObject,
  isTruthy,
  ownProperty,
  toText,
  toValue,
  type Value,
} from './values.ts'

interface Compiler extends Shared {
  depth: number
}

/** Compiles a checked tree. */
export const compileBody = (body: readonly Node[], shared: Shared): Program => {
  const compiler: Compiler = { ...shared, depth: 0 }
  const emit = compileNodes(compiler, body, null)
  return { emit, depth: compiler.depth }
}

/** Text is put in front of the output after it, and neighbouring texts become one, so that there are fewer pieces. */
const compileNodes = (compiler: Compiler, body: readonly Node[], scope: Scope<null> | null): Emit => {
  const pieces: Emit[] = []
  let text = ''
  let offset = 0
  const flush = () => {
    if (text !== '') pieces.push(emitText(text, offset))
    text = ''
  }
  for (const node of body) {
    if (node.kind === 'text') {
      text += node.text
      offset = node.span.start
    } else if (node.kind === 'output') {
      pieces.push(compileOutput(compiler, node, { scope, text }))
      text = ''
    } else if (node.kind === 'let') {
      const { name, span } = node
      const value = compileExpression(node.value, { names: compiler.names, scope })
      pieces.push(run => run.variables.set(name, accountFor(run, value(run), span.start)))
    } else {
      flush()
      pieces.push(compileBlock(compiler, node, scope))
    }
  }
  flush()
  return inSequence(pieces)
}

const emitText =
  (text: string, offset: number): Emit =>
  run =>
    append(run, text, offset)

const inSequence = (pieces: readonly Emit[]): Emit => {
  const [first, second] = pieces
  if (first === undefined) return () => {}
  if (second === undefined) return first
  const count = pieces.length
  return run => {
    for (let at = 0; at < count; at += 1) (pieces[at] as Emit)(run)
  }
}

const compileOutput = (
  compiler: Compiler,
  node: OutputNode,
  before: { readonly scope: Scope<null> | null; readonly text: string },
): Emit => {
  const { text } = before
  const offset = node.span.start
  const evaluate = compileExpression(node.value, { names: compiler.names, scope: before.scope })
  // What a field holds was escaped when it was set.
  const isField = node.value.kind === 'name' && compiler.names.fields?.has(node.value.name) === true
  const escapeText: Escape = node.raw || isField ? raw => raw : compiler.escapeText
  return run => {
    const value = evaluate(run)
    run.out += text
    append(run, escapeText(typeof value === 'string' ? value : toText(value)), offset)
  }
}

const compileBlock = (
  compiler: Compiler,
  node: Exclude<Node, TextNode | OutputNode | LetNode>,
  scope: Scope<null> | null,
): Emit => {
  switch (node.kind) {
    case 'if':
      return compileIf(compiler, node, scope)
    case 'each':
    case 'with':
      return compileScope(compiler, node, scope)
    case 'inline':
      return emitField(node.id, compileNodes(compiler, node.body, scope), node.span.start)
    default:
      return compileHelper(compiler, node, expression =>
        compileExpression(expression, { names: compiler.names, scope }),
      )
  }
}

const compileScope = (compiler: Compiler, node: EachNode | WithNode, scope: Scope<null> | null): Emit => {
  const otherwise = compileNodes(compiler, node.otherwise, scope)
  const inner = enterScope(scope, { kind: node.kind, alias: node.alias, item: null })
  compiler.depth = Math.max(compiler.depth, inner.depth + 1)
  const block = {
    value: compileExpression(node.kind === 'each' ? node.list : node.value, { names: compiler.names, scope }),
    body: compileNodes(compiler, node.body, inner),
    otherwise,
    depth: inner.depth,
    offset: node.span.start,
  }
  return node.kind === 'each' ? emitEach(block, 1 + node.body.length) : emitWith(block)
}

const compileIf = (compiler: Compiler, node: IfNode, scope: Scope<null> | null): Emit => {
  const place: Place = { names: compiler.names, scope }
  const branches = node.branches.map(branch => ({
    test: compileExpression(branch.condition, place),
    emit: compileNodes(compiler, branch.body, scope),
  }))
  const otherwise = compileNodes(compiler, node.otherwise, scope)
  return run => {
    for (const branch of branches) {
      if (isTruthy(branch.test(run))) {
        branch.emit(run)
        return
      }
    }
    otherwise(run)
  }
}

interface Block {
  readonly value: Evaluate
  readonly body: Emit
  readonly otherwise: Emit
  readonly depth: number
  readonly offset: number
}

const emitWith = (block: Block): Emit => {
  const { value, body, otherwise, depth } = block
  return run => {
    const item = value(run)
    if (item === false || isEmptyValue(item)) {
      otherwise(run)
      return
    }
    const frame = run.frames[depth] as FrameState
    frame.item = item
    frame.index = 0
    frame.key = 0
    body(run)
  }
}

const emitEach = (block: Block, units: number): Emit => {
  const { value, body, otherwise, depth, offset } = block
  return run => {
    const source = value(run)
    const keys = keysToVisit(run, source, offset)
    const list = keys === null && isList(source) ? source : null
    const count = keys?.length ?? list?.length ?? 0
    if (count === 0) {
      otherwise(run)
      return
    }
    const frame = run.frames[depth] as FrameState
    for (let index = 0; index < count; index += 1) {
      stepLoop(run, units, offset)
      const key = keys?.[index] ?? index
      frame.item = list === null ? ownProperty(source as object, String(key)) : toValue(list[index])
      frame.index = index
      frame.last = index === count - 1
      frame.key = key
      body(run)
    }
  }
}

/** An object is visited by its keys, as in Handlebars; a list by its indexes (null); a scalar not at all. */
const keysToVisit = (run: Run, source: Value, offset: number): readonly string[] | null => {
  if (!isObject(source)) return null
  const keys = Object.keys(source).filter(key => key !== '__proto__')
  spend(run, keys.length, offset)
  return keys
}
