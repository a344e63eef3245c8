/** What can be a member of a group of transports. Pure. */
import { channelOfTransport, isSandboxTransport, type Transport } from '@carillon/contract'

/**
 * The transports that can join those that are chosen: of the same channel, and none beside a real provider that ends in the
 * Inbox. The chosen ones are always among them, to be taken out again.
 */
export const membersToChoose = (transports: readonly Transport[], chosen: readonly string[]): Transport[] => {
  const first = transports.find(one => one.id === chosen[0])
  if (first === undefined) return [...transports]
  const goesWith = ({ kind }: Transport) =>
    channelOfTransport(kind) === channelOfTransport(first.kind) &&
    isSandboxTransport(kind) === isSandboxTransport(first.kind)
  return transports.filter(one => goesWith(one) || chosen.includes(one.id))
}
