import type { TakenBody } from "../schema.ts";

/** An answer on this device, until the cloud has it. */
export type KeptAnswer = {
  body: TakenBody;
  /** Who filled it in, for whoever sees it wait. */
  staffName: string;
  /** It would be refused again: somebody has to look at it. */
  isRefused: boolean;
};

/** What of a browser's storage is used. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const PREFIX = "answer-desk:answer:";

/** Each under a key of its own: two tabs that keep one at once lose none. */
export function keepAnswer(shelf: Shelf, kept: KeptAnswer): void {
  shelf.setItem(PREFIX + kept.body.answerId, JSON.stringify(kept));
}

export function dropAnswer(shelf: Shelf, answerId: string): void {
  shelf.removeItem(PREFIX + answerId);
}

/** The oldest first. */
export function listAnswers(shelf: Shelf): KeptAnswer[] {
  const keys = Array.from({ length: shelf.length }, (_, index) => shelf.key(index));
  return keys
    .flatMap((key): KeptAnswer[] => {
      const text = key?.startsWith(PREFIX) ? shelf.getItem(key) : null;
      // Another tab may have told it between the two.
      return text === null ? [] : [JSON.parse(text)];
    })
    .toSorted((one, other) => one.body.takenAt.localeCompare(other.body.takenAt));
}
