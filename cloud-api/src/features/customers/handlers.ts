import { normaliseEmail } from "@foyer/contract";
import type { TenantTransaction } from "../../platform/db.ts";
import { erasePersonal } from "../../platform/erase-events.ts";
import type { BoxEvent, EventHandlers, NewEvent } from "../../platform/events.ts";
import { answerHandlers } from "./answers.ts";
import { noteAnswering } from "./by-number.ts";
import { customerChanged } from "./changed.ts";
import { listForgottenDevices, noteChanges } from "./device-queries.ts";
import { resolveCustomer } from "./edit-queries.ts";
import { editHandlers } from "./edits.ts";
import { expiryHandlers } from "./expiry.ts";
import { forget, isOfOtherBranch } from "./forget-queries.ts";
import { importHandlers } from "./imported.ts";
import { keepMemberCode } from "./member-code-queries.ts";
import { noteLateGuest } from "./merge-queries.ts";
import { mergeHandlers, takeStricterAnew } from "./merges.ts";
import {
  adoptGuest,
  findCustomerOfGuest,
  insertConsent,
  insertFields,
  isKnown,
  linkGuest,
  noteChange,
  noteGuest,
} from "./queries.ts";
import { refresh } from "./refresh.ts";
import { isLateWord, leaveForgottenOut, requestHandlers } from "./request-handlers.ts";
import { listToldFields } from "./rules.ts";
import { takeBackHandlers } from "./take-back.ts";
import { keepDeviceToken, listGuestsOfDevice } from "./token-queries.ts";
import { findByEmail, findByPhone } from "./verified.ts";

/**
 * What the log tells about people. A guest becomes a customer when they verify a phone or an e-mail address; what they
 * told before that, and on other boxes, is theirs from then on.
 */
export const customerHandlers: EventHandlers = {
  "guest.registered": ofOwnBranch(async (tx, event: BoxEvent<"guest.registered">) => {
    if (await isLateWord(tx, event)) return [];
    const { guestId, language, termsVersion } = event.payload;
    const details = await leaveForgottenOut(tx, event);
    const place = { guestId, branchId: event.branchId, at: event.occurredAt };
    const { customerId } = await noteGuest(tx, { ...place, termsVersion });
    const fields = listToldFields({ ...details, language });
    await insertFields(tx, { ...place, eventId: event.id, termsVersion, fields });
    if (customerId) await refresh(tx, { customerId, position: event.position });
    return [];
  }),

  "guest.verified": ofOwnBranch(async (tx, event: BoxEvent<"guest.verified">) => {
    const { guestId, phone, newHolder } = event.payload;
    const email = event.payload.email ? normaliseEmail(event.payload.email) : null;
    // Erased since: whose it was is not known any more, and nobody is to be made of it.
    if ((!phone && !email) || (await isLateWord(tx, event))) return [];
    const place = { guestId, branchId: event.branchId, at: event.occurredAt };
    const { customerId: before } = await noteGuest(tx, { ...place, verified: true });
    const fields = listToldFields({ phone, email: email ?? undefined });
    await insertFields(tx, { ...place, eventId: event.id, termsVersion: null, fields });
    const { customerId, previous, events } = phone
      ? await findByPhone(tx, event, { phone, isNewHolder: newHolder ?? false, before })
      : await findByEmail(tx, event, { email: email ?? "", before });
    await linkGuest(tx, { guestId, customerId, at: event.occurredAt });
    const losers = await refresh(tx, { customerId, position: event.position });
    const others = [before, previous].flatMap((id) => (id && id !== customerId ? [id] : []));
    for (const id of new Set(others))
      await refresh(tx, { customerId: id, position: event.position });
    const changed = new Set([...others, ...losers]);
    return [...events, ...[...changed].map((id) => customerChanged(tx, id))];
  }),

  "guest.recognised": ofOwnBranch(async (tx, event: BoxEvent<"guest.recognised">) => {
    if (await isLateWord(tx, event)) return [];
    const { guestId, customerId } = event.payload;
    const { branchId, occurredAt: at, position } = event;
    await noteGuest(tx, { guestId, branchId, at });
    // The box has not heard of a merge yet.
    const owner = await resolveCustomer(tx, customerId);
    if (owner && (await isKnown(tx, owner))) {
      await adoptGuest(tx, { guestId, customerId: owner });
      if (owner !== customerId) await noteLateGuest(tx, { guestId, customerId });
      await refresh(tx, { customerId: owner, position });
    }
    // Whoever was forgotten meanwhile is forgotten at that box, too.
    else await forget(tx, { guestId, branchId, customerId: null, at, position });
    return [];
  }),

  "member-code.issued": ofOwnBranch(async (tx, event: BoxEvent<"member-code.issued">) => {
    const { guestId, codeId, salt, hash } = event.payload;
    if (!salt || !hash || (await isLateWord(tx, event))) return [];
    await keepMemberCode(tx, { guestId, codeId, salt, hash, at: event.occurredAt });
    const customerId = await findCustomerOfGuest(tx, guestId);
    if (customerId) await refresh(tx, { customerId, position: event.position });
    return [];
  }),

  "device.token-issued": async (tx, event) => {
    const { deviceId, tokenHash } = event.payload;
    // Whoever was forgotten is not known by their browser any more.
    if ((await listForgottenDevices(tx, [deviceId])).has(deviceId.toLowerCase())) return [];
    await keepDeviceToken(tx, { deviceId, tokenHash, at: event.occurredAt });
    const { position } = event;
    const guests = await listGuestsOfDevice(tx, deviceId);
    await noteChanges(
      tx,
      guests.map((guestId) => ({ guestId, position })),
    );
    return [];
  },

  "survey.answered": noteAnswering,

  ...requestHandlers,
  ...expiryHandlers,
  ...importHandlers,
  ...editHandlers,
  ...mergeHandlers,
  ...answerHandlers,
  ...takeBackHandlers,

  "consent.given": ofOwnBranch((tx, event: ConsentWord) => keepConsent(tx, event, true)),
  "consent.withdrawn": ofOwnBranch((tx, event: ConsentWord) => keepConsent(tx, event, false)),
};

/**
 * A box is told the ids of other branches' guests, to know its own by, and writes of none of them: what
 * one says of them all the same is not taken, and nothing personal of it stays.
 */
function ofOwnBranch<Event extends { id: string; branchId: string; payload: { guestId: string } }>(
  handle: (tx: TenantTransaction, event: Event) => Promise<NewEvent[]>,
) {
  return async (tx: TenantTransaction, event: Event): Promise<NewEvent[]> => {
    const { id, branchId, payload } = event;
    if (!(await isOfOtherBranch(tx, { guestId: payload.guestId, branchId })))
      return await handle(tx, event);
    await erasePersonal(tx, id);
    return [];
  };
}

type ConsentWord = BoxEvent<"consent.given" | "consent.withdrawn">;

async function keepConsent(tx: TenantTransaction, event: ConsentWord, given: boolean): Promise<[]> {
  const { branchId, id: eventId, occurredAt: at, payload } = event;
  const ip = (await isLateWord(tx, event)) ? null : (payload.ip ?? null);
  const channel = payload.channel ?? null;
  const method = payload.way ?? payload.method;
  await insertConsent(tx, { ...payload, method, channel, ip, eventId, branchId, at, given });
  await takeStricterAnew(tx, { guestId: payload.guestId, at });
  await noteChange(tx, { guestId: payload.guestId, position: event.position });
  return [];
}
