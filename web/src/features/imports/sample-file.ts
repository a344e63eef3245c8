/** A small file of the shape that an import reads, to look at and to begin from. */

/** Its name. */
export const SAMPLE_NAME = 'people-sample.csv'

/** Its rows: the first is the header, whose names are guessed; the last is a test profile. */
export const SAMPLE_FILE = [
  'email,firstName,lastName,language,city,customer_id,testProfile',
  'ada@example.com,Ada,Lovelace,en,London,1001,',
  'joris@example.com,Joris,"de Vries, jr.",nl,Utrecht,1002,',
  'test@example.com,Tess,Test,en,,1003,true',
  '',
].join('\r\n')
