/** A search field that `/` focuses. It follows its value from outside and reports after a short rest. */
import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** The field. `value` is what the URL holds; `onChange` gets undefined when it is cleared. */
export const SearchField = (props: {
  label: string
  value: string | undefined
  onChange: (value: string | undefined) => void
}) => {
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState(props.value ?? '')
  const report = useDebouncedCallback(
    (value: string) => props.onChange(value === '' ? undefined : value),
    250,
  )
  useEffect(() => {
    if (document.activeElement !== field.current) setTyped(props.value ?? '')
  }, [props.value])
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event.target)) return
      event.preventDefault()
      field.current?.focus()
    }
    window.addEventListener('keydown', focus)
    return () => window.removeEventListener('keydown', focus)
  }, [])
  return (
    <TextInput
      ref={field}
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      leftSection={<IconSearch size={15} />}
      rightSection={<kbd className="key">/</kbd>}
      value={typed}
      className="search"
      onKeyDown={event => event.key === 'Escape' && field.current?.blur()}
      onChange={event => {
        setTyped(event.currentTarget.value)
        report(event.currentTarget.value)
      }}
    />
  )
}
