#!/usr/bin/env node
/** The command line from anywhere: builds what is missing, then hands over to dist/carillon.mjs. */
import { join } from 'node:path'
import { runInForeground } from './foreground.mjs'
import { ensureBuilt, root } from './steps.mjs'

await ensureBuilt()
// `npm run` moves to the root; file names on the command line are meant from where the person stands.
const cwd = process.env.npm_lifecycle_event === 'carillon' ? (process.env.INIT_CWD ?? root) : process.cwd()
// The data directory belongs to the clone, wherever its command line is called from.
const env = { ...process.env, CARILLON_DATA_DIR: process.env.CARILLON_DATA_DIR || join(root, '.carillon') }
const program = ['--enable-source-maps', join(root, 'dist', 'carillon.mjs'), ...process.argv.slice(2)]
process.exitCode = await runInForeground(process.execPath, program, { cwd, env })
