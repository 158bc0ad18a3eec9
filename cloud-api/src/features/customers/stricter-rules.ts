import { MESSAGE_CHANNELS } from "@foyer/contract";

/** The last word of one side of a merge on a purpose, of messages by one channel. */
export type LastWord = {
  purpose: string;
  channel: string | null;
  given: boolean;
  eventId: string;
  isKept: boolean;
  /** The act named no channel: it spoke of all. */
  isForAll: boolean;
};

/** An act that a merge writes: what `eventId` took back is taken back on the record they became. */
export type Stricter = Pick<LastWord, "purpose" | "channel" | "eventId">;

/**
 * Whoever took a consent back on either record has taken it back on the one they became: what one side
 * withdrew, of messages channel by channel, and the other side gave. Where one act took all channels
 * back and none of them counts otherwise, it stays one act.
 */
export function findStricter(words: readonly LastWord[]): Stricter[] {
  const stricter = words.filter((word) => !word.given && findOther(words, word)?.given);
  const isWhole = (word: LastWord) =>
    word.isForAll && ofAct(stricter, word).length === MESSAGE_CHANNELS.length;
  const whole = new Map(stricter.filter(isWhole).map((word) => [word.eventId, word]));
  return [
    ...[...whole.values()].map(({ purpose, eventId }) => ({ purpose, channel: null, eventId })),
    ...stricter
      .filter(({ eventId }) => !whole.has(eventId))
      .map(({ purpose, channel, eventId }) => ({ purpose, channel, eventId })),
  ];
}

const findOther = (words: readonly LastWord[], { purpose, channel, isKept }: LastWord) =>
  words.find(
    (each) => each.purpose === purpose && each.channel === channel && each.isKept !== isKept,
  );

const ofAct = (words: readonly LastWord[], { eventId }: LastWord) =>
  words.filter((each) => each.eventId === eventId);
