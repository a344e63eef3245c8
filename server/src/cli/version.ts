/** `carillon version`. */
import manifest from '../../../package.json' with { type: 'json' }
import { type Command, EXIT, JSON_OPTION, print } from './command.ts'

/** The version of the product: that of the repository's package.json. */
export const VERSION: string = manifest.version

/** Prints the versions of Carillon and of Node. */
export const versionCommand: Command = {
  name: 'version',
  summary: 'print the version',
  options: JSON_OPTION,
  run: async invocation => {
    const data = { carillon: VERSION, node: process.versions.node }
    print(invocation, data, [`carillon ${data.carillon} on node ${data.node}`])
    return EXIT.ok
  },
}
