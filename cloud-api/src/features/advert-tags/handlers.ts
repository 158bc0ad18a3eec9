import type { TenantTransaction } from "../../platform/db.ts";
import type { EventHandlers, NewEvent } from "../../platform/events.ts";
import { publishSettingsOf } from "../branches/index.ts";
import { isForgotten } from "../customers/index.ts";
import { eraseAdvertEvents, findTags, insertAdvertEvent, leaveOutUnagreed } from "./queries.ts";
import { leftOutAtOnce } from "./rules.ts";
import { orderSending } from "./send.ts";

const erase = async (tx: TenantTransaction): Promise<NewEvent[]> => {
  await eraseAdvertEvents(tx);
  return [];
};

const leaveOut = async (
  tx: TenantTransaction,
  { payload }: { payload: { guestId: string; purpose: string } },
): Promise<NewEvent[]> => {
  if (payload.purpose === "ads") await leaveOutUnagreed(tx, payload.guestId);
  return [];
};

export const advertHandlers: EventHandlers = {
  "advert-tag.shown": async (tx, { branchId, occurredAt, payload }) => {
    const { advertEventId: id, name: _, ...told } = payload;
    if (await isForgotten(tx, told.guestId)) return [];
    const leftOut = leftOutAtOnce({ ...told, occurredAt }, tx.now);
    const isNews = await insertAdvertEvent(tx, { ...told, id, branchId, occurredAt, leftOut });
    if (isNews && leftOut === null) await orderSending(tx);
    return [];
  },
  "consent.withdrawn": leaveOut,
  "customer.consent-taken-back": leaveOut,
  // The customers' own handlers have noted by now who was forgotten.
  "guest.deletion-requested": erase,
  "customer.erasure-ordered": erase,
  "guest.expired": erase,
  // Other tags, or none, are those of a branch's brand of now.
  "brand.branches-changed": async (tx, { payload }) => {
    const { metaPixelId, googleTagId } = await findTags(tx);
    if (tx.replaying || (metaPixelId ?? googleTagId) === null) return [];
    return await publishSettingsOf(tx, payload.branchIds);
  },
};
