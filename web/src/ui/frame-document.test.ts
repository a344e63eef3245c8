/** What the sandboxed frame of a mail is given. */
import { describe, expect, it } from 'vitest'
import { frameDocument } from './frame-document.ts'

const BASE = '<base target="_blank">'

describe('frameDocument', () => {
  it('puts the base into an existing head', () => {
    expect(frameDocument('<!doctype html><html><head lang="en"><title>x</title></head></html>')).toBe(
      `<!doctype html><html><head lang="en">${BASE}<title>x</title></head></html>`,
    )
  })

  it('does not take a header element for the head', () => {
    expect(frameDocument('<header>x</header>')).toBe(`<!doctype html>${BASE}<header>x</header>`)
  })

  it('keeps the doctype first, so that the layout is not in quirks mode', () => {
    expect(frameDocument('\n<!DOCTYPE html><p>x</p>')).toBe(`\n<!DOCTYPE html>${BASE}<p>x</p>`)
  })
})
