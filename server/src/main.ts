/** The program: a worker or the background process when the supervisor asks for one, else the command line. The only place that ends a process. */
import { runCli } from './cli/run.ts'
import { environment } from './config.ts'
import { runBackground } from './roles/background.ts'
import { runWorker } from './roles/worker.ts'

// Whoever read our output may be gone before us; that must not end work in flight.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

const role = process.send === undefined ? undefined : process.argv[2]
if (role === 'worker') runWorker()
else if (role === 'background') runBackground()
else process.exitCode = await runCli(process.argv.slice(2), environment())
