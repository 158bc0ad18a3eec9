import { ApiError, isWorthRetrying } from "../../../shell/api.ts";
import type { TakenBody, TakenReply } from "../schema.ts";
import { dropAnswer, isOf, keepAnswer, listAnswers, type Shelf } from "./kept-answers.ts";

/** All told; no answer from the cloud; nobody is signed in; they may not tell it. */
export type Telling = "told" | "unreachable" | "signed-out" | "not-allowed";

type Desk = {
  shelf: Shelf;
  /** Who is at the desk, and for whom: an answer is told by whoever filled it in, to whom it is for. */
  companyId: string;
  staffId: string;
  send: (body: TakenBody) => Promise<TakenReply>;
  /** The cloud has it, and says whose it is and what they get. */
  told?: (body: TakenBody, reply: TakenReply) => void;
};

/**
 * Tells what waits, the oldest first. An answer goes from the device once the cloud has said that it
 * has it: until then it is told again, which the cloud keeps once.
 */
export async function tellAnswers({
  shelf,
  companyId,
  staffId,
  send,
  told,
}: Desk): Promise<Telling> {
  for (const kept of listAnswers(shelf)) {
    if (kept.isRefused || !isOf(kept, { companyId, staffId })) continue;
    try {
      const reply = await send(kept.body);
      dropAnswer(shelf, kept.body.answerId);
      told?.(kept.body, reply);
    } catch (error) {
      const outcome = judge(error);
      if (outcome !== "refused") return outcome;
      // Told by another tab meanwhile, or taken off: then there is nothing to look at any more.
      const isThere = listAnswers(shelf).some(({ body }) => body.answerId === kept.body.answerId);
      if (isThere) keepAnswer(shelf, { ...kept, isRefused: true });
    }
  }
  return "told";
}

/** What a call that failed says of what it told; throws what is no answer at all. */
export function judge(error: unknown): Exclude<Telling, "told"> | "refused" {
  if (!(error instanceof ApiError)) throw error;
  // What was no JSON came from something between us and the cloud, such as a Wi-Fi's page.
  if (isWorthRetrying(error) || error.code === "unreadable") return "unreachable";
  if (error.code === "unauthorized") return "signed-out";
  return error.code === "forbidden" ? "not-allowed" : "refused";
}
