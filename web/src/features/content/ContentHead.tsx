/** The head of the content room: its parts as links, and what can be done with the open one. */
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/language.tsx'
import { PageHead } from '../../ui/PageHead.tsx'

/** The head. */
export const ContentHead = ({ children }: { children: ReactNode }) => {
  const t = useT()
  return (
    <>
      <PageHead title={t('nav.content')}>{children}</PageHead>
      <nav className="parts" aria-label={t('content.parts')}>
        <Link to="/content" className="part" activeOptions={{ exact: true, includeSearch: false }}>
          {t('content.fragments')}
        </Link>
        <Link
          to="/content/lookup-tables"
          className="part"
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {t('content.tables')}
        </Link>
      </nav>
    </>
  )
}
