import bitrix24Ui from '@bitrix24/b24ui-nuxt/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { codesPlugin } from './build/codes-plugin.ts'
import { withoutDrawer } from './build/without-drawer.ts'

/** Where `npm run mock` (dev/) or a real Mufta listens while the page is developed. */
const api = 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/admin/',
  plugins: [
    vue(),
    codesPlugin(),
    withoutDrawer(),
    // Components are imported by name in each file; our own theme switch replaces the kit's.
    bitrix24Ui({
      components: false,
      autoImport: false,
      dts: false,
      colorMode: false,
      prose: false,
      mdc: false,
      // Styles of what is used, not of the whole kit.
      experimental: { componentDetection: true },
    }),
  ],
  build: {
    target: 'es2022',
    // A strict Content-Security-Policy allows no data: script and no inline one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: { proxy: { '/api': api } },
})
