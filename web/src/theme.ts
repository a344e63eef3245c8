/** The look: one accent (bell bronze) on neutral slate, one type family. Shades are chosen for AA contrast in light and dark. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

// Shade 7 under white letters is 5.8 : 1 in both schemes; as text, shade 4 on the dark body is 7 : 1.
const bronze: MantineColorsTuple = [
  '#fbf5ec',
  '#f3e6d2',
  '#e6cca6',
  '#d9b178',
  '#cd9a53',
  '#c08a3e',
  '#a8722c',
  '#8a5b1f',
  '#6f4818',
  '#543611',
]
const slate: MantineColorsTuple = [
  '#f6f7f9',
  '#eceff3',
  '#dfe4ea',
  '#ccd3dc',
  '#aeb8c4',
  '#8a95a3',
  '#5f6b7a',
  '#47525f',
  '#333c47',
  '#1f262e',
]
const dark: MantineColorsTuple = [
  '#d5dbe3',
  '#b3bcc8',
  '#939eac',
  '#677385',
  '#3d4754',
  '#303945',
  '#1f262f',
  '#161b22',
  '#11151b',
  '#0c0f14',
]

/** The theme of the whole studio. */
export const theme = createTheme({
  colors: { bronze, gray: slate, dark },
  primaryColor: 'bronze',
  primaryShade: 7,
  autoContrast: true,
  black: '#1b222b',
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
  headings: {
    fontWeight: '620',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
})

/** Colours beside the theme's own: else a disabled button has the colour of the panel below it in the dark. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {},
  dark: {
    '--mantine-color-disabled': 'var(--mantine-color-dark-5)',
    '--mantine-color-disabled-color': 'var(--mantine-color-dark-2)',
  },
})
