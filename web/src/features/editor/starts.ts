/** The tags that can be begun, as snippets. Written as one author would show them to another. */

/** One tag, or a block with its end. `insert` is a snippet: `#{field}` is filled in by the author. */
export interface Start {
  readonly label: string
  readonly layer: 'handlebars' | 'pql'
  readonly detail: string
  readonly insert: string
}

const handlebars = (label: string, detail: string, insert: string): Start => ({
  label,
  layer: 'handlebars',
  detail,
  insert,
})
const pql = (label: string, detail: string, insert: string): Start => ({
  label,
  layer: 'pql',
  detail,
  insert,
})

/** Blocks of both layers. */
export const BLOCK_STARTS: readonly Start[] = [
  handlebars('#each', 'list as |item|', '{{#each #{list} as |#{item}|}}#{}{{/each}}'),
  handlebars('#with', 'value as |name|', '{{#with #{value} as |#{name}|}}#{}{{/with}}'),
  handlebars('#if', 'value', '{{#if #{value}}}#{}{{/if}}'),
  handlebars('#inline', '"id"', '{{#inline "#{id}"}}#{default}{{/inline}}'),
  pql('#if', 'condition', '{%#if #{condition}%}#{}{%/if%}'),
  pql('#if … else', 'condition', '{%#if #{condition}%}#{}{%else%}#{}{%/if%}'),
  pql('#unless', 'condition', '{%#unless #{condition}%}#{}{%/unless%}'),
]

/** What stands alone in PQL. */
export const STATEMENT_STARTS: readonly Start[] = [
  pql('=', 'expression', '{%= #{expression} %}'),
  pql('= … ?:', 'value with a default', '{%= #{path} ?: "#{default}" %}'),
  pql('let', 'name = value', '{% let #{name} = #{value} %}'),
]

/** The helpers of the Handlebars layer. */
export const HELPER_STARTS: readonly Start[] = [
  handlebars('fragment', 'id', "{{fragment id=#{id} mode='inline'}}"),
  handlebars(
    'datasetLookup',
    'datasetId, id, result',
    '{{datasetLookup datasetId="#{table}" id=#{key} result="#{row}" required=false}}',
  ),
  handlebars('executionMetadata', 'key, value', '{{executionMetadata key="#{key}" value=#{value}}}'),
  handlebars('encrypt', 'value, keyName, result', '{{encrypt #{value} keyName="#{key}" result="#{name}"}}'),
  handlebars('url', 'originalUrl, action', "{{url originalUrl='#{url}' action='CLICK'}}"),
]
