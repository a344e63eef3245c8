/** Example data for a template that has none of its own. */
import { parseTemplate, type SamplePayload, samplePayload, variables } from '@carillon/template'

/** A value for every path that the source uses. */
export const sampleFor = (source: string): SamplePayload =>
  samplePayload(variables(parseTemplate(source).ast))
