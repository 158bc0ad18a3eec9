import type { CodeMessage, SendCode } from "./channel.ts";

export type OutboxMessage = CodeMessage & { at: Date };

/** For demonstrations: messages lie here, on a page of the box, and reach no phone. */
export type Outbox = {
  send: SendCode;
  /** The newest first. */
  list(): OutboxMessage[];
};

const MESSAGES_MAX = 50;

export function openOutbox(clock: () => Date): Outbox {
  const messages: OutboxMessage[] = [];
  return {
    async send(message) {
      messages.unshift({ ...message, at: clock() });
      messages.length = Math.min(messages.length, MESSAGES_MAX);
      return { kind: "taken" };
    },
    list: () => [...messages],
  };
}
