/** The content of a push notification, in the campaign's editor. */
import type { PushContent } from '@carillon/contract'
import { useKnowledge } from '../editor/use-knowledge.ts'
import { PushFields } from '../push/PushFields.tsx'
import type { ContentEditorProps } from './content-editors.tsx'
import { textsOf } from './content-texts.ts'

/** The fields. */
export const PushEditor = ({ editor, content, onChange }: ContentEditorProps<PushContent>) => {
  const { readOnly, properties } = editor
  const { sample, contextSchema } = properties
  const context = useKnowledge({ texts: textsOf(properties), contextSchema })
  const change = (patch: Partial<PushContent>) => onChange({ ...content, ...patch })
  return <PushFields {...{ content, readOnly, sample, context, change }} />
}
