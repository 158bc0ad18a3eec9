import type { TenantTransaction } from "../../platform/db.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import type { EventHandlers } from "../../platform/events.ts";
import { isForgotten, listWords } from "../customers/index.ts";
import { dropErasedFiles } from "./file-queries.ts";
import { dropErasedWords, keepAnswer } from "./queries.ts";
import { scoreAnswer } from "./rules.ts";
import { findSaleType } from "./sale-type-queries.ts";
import { tagCustomers, tagGuests } from "./tagging.ts";

/** Whatever somebody writes, so many words of theirs are found. */
const WORDS_MAX = 300;

export const surveyHandlers: EventHandlers = {
  "survey.answered": async (tx, { id: eventId, branchId, payload, occurredAt: answeredAt }) => {
    const { answerId: id, surveyVersion: version = null, texts = {}, ...answer } = payload;
    const { scales = {}, taken = null, filesKeyHash: hash } = answer;
    // Told late by a guest who was forgotten: the answer counts, the words go.
    const isErased = answer.guestId !== null && (await isForgotten(tx, answer.guestId));
    if (isErased) await erasePersonal(tx, eventId);
    const words = isErased ? [] : listWords(Object.values(texts).join(" ")).slice(0, WORDS_MAX);
    // A link's address can be changed by whoever opens it: what no company has is not kept.
    const said = answer.saleTypeId ? await findSaleType(tx, answer.saleTypeId) : null;
    const scored = scoreAnswer(answer);
    const filesKeyHash = hash === undefined ? null : Buffer.from(hash, "base64url");
    await keepAnswer(tx, {
      ...{ ...answer, ...scored, id, eventId, branchId, answeredAt, version, scales, taken, words },
      ...{ filesKeyHash, saleTypeId: said?.id ?? null },
    });
    return scored.lowest === null ? [] : tagGuests(tx, [answer.guestId]);
  },
  // Whoever answered before they said who they are.
  "guest.verified": (tx, { payload }) => tagGuests(tx, [payload.guestId]),
  "guest.registered": (tx, { payload }) => tagGuests(tx, [payload.guestId]),
  "customer.merged": async (tx, { payload }) =>
    tx.replaying ? [] : tagCustomers(tx, [payload.keptId]),
  "customer.unmerged": async (tx, { payload }) =>
    tx.replaying ? [] : tagCustomers(tx, [payload.keptId, payload.goneId]),
  // The customers' own handlers have taken the texts away by now.
  "guest.deletion-requested": dropErased,
  "customer.erasure-ordered": dropErased,
  "guest.expired": dropErased,
};

async function dropErased(tx: TenantTransaction): Promise<[]> {
  await dropErasedWords(tx);
  await dropErasedFiles(tx);
  return [];
}
