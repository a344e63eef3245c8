import { describe, expect, it } from 'vitest'
import { typedByEnding } from './attachment-type.ts'

describe('a file that is attached', () => {
  it.each([
    ['list.csv', 'application/vnd.ms-excel', 'text/csv'],
    ['Meeting.ICS', '', 'text/calendar'],
    ['a.pdf', 'application/pdf', 'application/pdf'],
    ['photo.jpeg', 'image/pjpeg', 'image/jpeg'],
    ['tool.exe', 'application/x-msdownload', 'application/x-msdownload'],
    ['noending', '', ''],
  ])('%s, which a machine calls %j, goes as %j', async (name, type, sent) => {
    const typed = typedByEnding(new File(['content'], name, { type }))
    expect([typed.name, typed.type, await typed.text()]).toEqual([name, sent, 'content'])
  })
})
