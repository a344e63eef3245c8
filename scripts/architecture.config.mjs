/** The architecture test alone, without the server project's set-up (which starts a database). */
export default {
  root: new URL('../server', import.meta.url).pathname,
  test: { include: ['architecture.test.ts'] },
}
