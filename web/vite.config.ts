/** How the studio is built and developed: one page, hashed assets, the API proxied to a local server in development. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const server = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  // Assets are never inlined: the content security policy of the server allows no data: fonts.
  build: { outDir: 'dist', target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 800 },
  server: { proxy: { '/api': server, '/ajo': server, '/ims': server } },
})
