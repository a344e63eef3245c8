/** The program: a worker or the background process when the supervisor asks for one, else the command line. The only place that ends a process. */
import { environment } from './config.ts'

// Whoever read our output may be gone before us; that must not end work in flight.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)

// Each process reads the code of its own part alone: a worker is there in a third of the time.
const role = process.send === undefined ? undefined : process.argv[2]
if (role === 'worker') (await import('./roles/worker.ts')).runWorker()
else if (role === 'background') (await import('./roles/background.ts')).runBackground()
else process.exitCode = await (await import('./cli/run.ts')).runCli(process.argv.slice(2), environment())
