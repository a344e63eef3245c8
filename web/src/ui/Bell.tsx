/** The mark of the product: a small bell, drawn as one colour that follows the text. */

/** The bell; decorative, so the name of the product stands beside it. */
export const Bell = ({ size = 22 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" fill="currentColor" aria-hidden="true">
    <path d="M12 1.5a1.700 1.700 0 0 1 1.700 1.700v.5c3 .8 4.800 3.400 4.800 6.700 0 3.700 1 5.900 2.600 7.400.5.5.2 1.400-.6 1.400h-17c-.8 0-1.100-.9-.6-1.400 1.600-1.500 2.600-3.700 2.600-7.400 0-3.300 1.800-5.900 4.800-6.700v-.5A1.700 1.700 0 0 1 12 1.500z" />
    <path d="M9.200 20.700h5.600a2.800 2.300 0 0 1-5.600 0z" />
  </svg>
)
