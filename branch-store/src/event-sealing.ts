import { type EventSealer, openEventSealer, type SealingKey } from "@foyer/contract";

/** Fields sealed under one encapsulated key, and for how long: whoever reads a running box's memory can
 * open no more than these. An exchange of keys costs a tenth of a millisecond and more, a field less. */
const FIELDS_MAX = 1000;
const SEALER_MILLISECONDS = 10 * 60_000;

/** Gives the sealer for a key: the one in use, or a fresh one. It lies in memory alone. */
export type EventSealing = (key: SealingKey) => EventSealer;

export function createEventSealing(elapsed: () => number = () => performance.now()): EventSealing {
  let current: { sealer: EventSealer; until: number } | null = null;
  return (key) => {
    const isFit =
      current !== null &&
      current.sealer.key.publicKey === key.publicKey &&
      current.sealer.count() < FIELDS_MAX &&
      elapsed() < current.until;
    if (!current || !isFit)
      current = { sealer: openEventSealer(key), until: elapsed() + SEALER_MILLISECONDS };
    return current.sealer;
  };
}
