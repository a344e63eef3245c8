import { defineConfig } from 'vitest/config'

// Files share the modules of their process: none holds state that a test could see, and reading them anew for each file
// took longer than many a test.
const isolate = false

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'contract', isolate, root: 'contract', include: ['src/**/*.test.ts'] } },
      {
        test: {
          name: 'template',
          isolate,
          root: 'template',
          include: ['src/**/*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'server',
          isolate,
          root: 'server',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'fault/**/*.test.ts', '*.test.ts'],
          globalSetup: ['./test/global-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { test: { name: 'web', isolate, root: 'web', include: ['src/**/*.test.ts', 'src/**/*.test.tsx'] } },
    ],
  },
})
