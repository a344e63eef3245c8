/** Shows the words of `explain.ts` beside the pointer. */
import type { Extension } from '@codemirror/state'
import { hoverTooltip } from '@codemirror/view'
import { editorFacts } from './editor-facts.ts'
import { type Explanation, explain } from './explain.ts'

const element = (name: string, text: string): HTMLElement => {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

const toDom = ({ title, text, example }: Explanation): HTMLElement => {
  const box = document.createElement('div')
  box.className = 'tpl-help'
  box.append(element('code', title))
  if (text !== '') box.append(element('p', text))
  if (example !== null) {
    const line = document.createElement('p')
    line.append(element('code', example[0]), ' → ', element('code', example[1]))
    box.append(line)
  }
  return box
}

/** The extension. */
export const help = (): Extension =>
  hoverTooltip((view, place) => {
    const found = explain(view.state.doc.toString(), place, view.state.facet(editorFacts).known)
    if (found === null) return null
    return { pos: found.start, end: found.end, above: true, create: () => ({ dom: toDom(found) }) }
  })
