import type { TakenBody } from "../schema.ts";

/** An answer on this device, until the cloud has it. */
export type KeptAnswer = {
  body: TakenBody;
  /** Whose survey it answers: whoever took it may be signed in for another company by now. */
  companyId: string;
  /** Who filled it in, for whoever sees it wait. */
  staffName: string;
  /** It would be refused again: somebody has to look at it. */
  isRefused: boolean;
};

/** Whether somebody took it for the company that they are signed in for. */
export const isOf = (
  { companyId, body }: KeptAnswer,
  at: { companyId: string; staffId: string },
): boolean => companyId === at.companyId && body.staffId === at.staffId;

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

/** The oldest first. What was spoilt on the device holds up nothing: it stays where it lies. */
export function listAnswers(shelf: Shelf): KeptAnswer[] {
  const keys = Array.from({ length: shelf.length }, (_, index) => shelf.key(index));
  return keys
    .flatMap((key): KeptAnswer[] => {
      const text = key?.startsWith(PREFIX) ? shelf.getItem(key) : null;
      // Another tab may have told it between the two.
      const kept = text === null ? null : parseKept(text);
      return kept && key === PREFIX + kept.body.answerId ? [kept] : [];
    })
    .toSorted((one, other) => one.body.takenAt.localeCompare(other.body.takenAt));
}

function parseKept(text: string): KeptAnswer | null {
  const kept = parseFields(text);
  const body = toFields(kept?.body);
  const texts = [kept?.companyId, kept?.staffName, body?.answerId, body?.staffId, body?.takenAt];
  const isWhole = texts.every((each) => typeof each === "string");
  // Its answers are for the cloud to judge, which takes nothing of a device on trust.
  return isWhole ? (kept as KeptAnswer) : null;
}

type Fields = Readonly<Record<string, unknown>>;

const toFields = (value: unknown): Fields | null =>
  typeof value === "object" && value !== null ? (value as Fields) : null;

/** What a browser's storage holds as an object; null: it holds something else. */
export function parseFields(text: string): Fields | null {
  try {
    return toFields(JSON.parse(text));
  } catch {
    return null;
  }
}
