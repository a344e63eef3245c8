/** The program: a worker when the supervisor asks for one, else the command line. The only place that ends a process. */
import { runCli } from './cli/run.ts'
import { environment } from './config.ts'
import { runWorker } from './roles/worker.ts'

// Whoever read our output may be gone before us; that must not end work in flight.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

if (process.argv[2] === 'worker' && process.send !== undefined) runWorker()
else process.exitCode = await runCli(process.argv.slice(2), environment())
