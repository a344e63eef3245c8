/** The one editor for everything that is written in the personalization language. This file stays small: the editor behind it loads when it is first shown. */
import { Skeleton, Text } from '@mantine/core'
import { lazy, type ReactNode, Suspense } from 'react'
import type { TemplateEditorProps } from './CodeView.tsx'

const CodeView = lazy(async () => ({ default: (await import('./CodeView.tsx')).CodeView }))

const HEIGHTS = { line: 36, middle: 134, tall: 422 } as const

/** The editor under its label; `beside` stands at the end of the label's line. */
export const TemplateEditor = ({
  beside,
  ...props
}: TemplateEditorProps & { readonly beside?: ReactNode }) => (
  <div>
    <div className="field-head">
      <Text size="sm" fw={500} span>
        {props.label}
      </Text>
      {beside}
    </div>
    <Suspense
      fallback={<Skeleton h={HEIGHTS[props.singleLine === true ? 'line' : (props.size ?? 'tall')]} />}
    >
      <CodeView {...props} />
    </Suspense>
  </div>
)
