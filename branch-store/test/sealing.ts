import {
  beginOpening,
  type EventEnvelope,
  makeX25519,
  nameSealingKey,
  openSealedEvent,
  readX25519Private,
  SEALED_EVENTS,
  type SealingKey,
} from "@foyer/contract";

/** A cloud's key: the half that boxes are told, and what its owner makes of a sealed event. */
export type TestSealingKey = {
  key: SealingKey;
  /** As it was before it was sealed; null: this key does not open it. */
  open: (event: EventEnvelope) => EventEnvelope | null;
};

export function makeSealingKey(): TestSealingKey {
  const { publicKey, privateKey } = makeX25519();
  return {
    key: { id: nameSealingKey(publicKey), publicKey },
    open: (event) => {
      if (!event.sealed) return event;
      const recipient = readX25519Private(privateKey);
      const context = beginOpening(recipient, event.sealed.encapsulated, SEALED_EVENTS);
      return context && openSealedEvent(event, context);
    },
  };
}
