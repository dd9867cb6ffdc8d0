import type { Plugin } from 'vite'

const drawer = 'vaul-vue'
const names = [
  'DrawerRoot',
  'DrawerRootNested',
  'DrawerTrigger',
  'DrawerPortal',
  'DrawerOverlay',
  'DrawerContent',
  'DrawerTitle',
  'DrawerDescription',
  'DrawerHandle',
  'DrawerClose',
]

/**
 * The kit's sidebar can be a drawer, which we never ask for; its library writes a style element while it loads, and a
 * strict Content-Security-Policy refuses that. Nothing stands in its place.
 */
export function withoutDrawer(): Plugin {
  return {
    name: 'mufta:without-drawer',
    enforce: 'pre',
    resolveId: (id) => (id === drawer ? `\0${drawer}` : undefined),
    load: (id) =>
      id === `\0${drawer}` ? names.map((name) => `export const ${name} = () => null`).join('\n') : undefined,
  }
}
