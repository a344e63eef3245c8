/** The types of files that go with mail, by the endings of their names: machines disagree about the types of many. Pure. */
const TYPES: Readonly<Record<string, string>> = {
  pdf: 'application/pdf',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  txt: 'text/plain',
  csv: 'text/csv',
  ics: 'text/calendar',
}

/** The endings that can be chosen, as a file field takes them. */
export const ACCEPT = Object.keys(TYPES)
  .map(ending => `.${ending}`)
  .join()

/** The file under the type that its ending says; one of another ending as it came, for the server to refuse. */
export const typedByEnding = (file: File): File => {
  const type = TYPES[file.name.slice(file.name.lastIndexOf('.') + 1).toLowerCase()]
  return type === undefined || type === file.type ? file : new File([file], file.name, { type })
}
