/** The formats of files of rows, by the names of the files: few systems know a type for JSON Lines. Pure. */
const JSONL = /\.(jsonl|ndjson|json)$/i
const ENDING = /\.(csv|tsv|txt|jsonl|ndjson|json)$/i

/** The format of a file; what is not JSON Lines is read as CSV. */
export const formatOf = ({ name }: Pick<File, 'name'>): 'csv' | 'jsonl' =>
  JSONL.test(name) ? 'jsonl' : 'csv'

/** The name of a file in a format, made from one that may have an ending already. */
export const fileName = (name: string, format: 'csv' | 'jsonl'): string =>
  `${name.replace(ENDING, '')}.${format}`
