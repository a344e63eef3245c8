/** The parts of the people room. */
import { Link, useLocation } from '@tanstack/react-router'
import { useT } from '../../i18n/language.tsx'

const PARTS = [
  { to: '/people', label: 'people.profiles' },
  { to: '/people/audiences', label: 'people.audiences' },
  { to: '/people/imports', label: 'people.imports' },
  { to: '/people/erasures', label: 'people.erasures' },
] as const

/** Links to the parts. */
export const PeopleTabs = () => {
  const t = useT()
  const path = useLocation({ select: location => location.pathname })
  // A person's own page belongs to the profiles: what is below no other part.
  const elsewhere = PARTS.some(({ to }) => to !== '/people' && path.startsWith(to))
  return (
    <nav className="parts" aria-label={t('people.parts')}>
      {PARTS.map(part => (
        <Link
          key={part.to}
          to={part.to}
          className="part"
          activeOptions={{ exact: part.to === '/people' && elsewhere, includeSearch: false }}
        >
          {t(part.label)}
        </Link>
      ))}
    </nav>
  )
}
