import { findGuest, keepMemberCode } from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { backPathOf } from "../../privacy/notice.ts";
import { findNumberGuestId } from "../../privacy/proof.ts";
import { hrefOf, type Step, showOld, showPage } from "../../step.ts";
import { hideMemberCode, makeMemberCode, writeMemberCode } from "./code.ts";

/**
 * Who may be given a code by which they come in elsewhere: the guest who has proved their number in
 * this flow, by a code that was sent to it. Null where nobody may, or the branch does not take such codes.
 */
export function findCodeOwnerId(step: Step): string | null {
  const { settings, portal } = step;
  if (!settings.signIn.member?.enabled) return null;
  const guestId = findNumberGuestId(step);
  const guest = guestId === null ? null : portal.store.read((tx) => findGuest(tx, guestId));
  return guest?.phone ? guest.id : null;
}

/** Gives a code, and shows it this once: only by what it is checked is kept. */
export async function giveMemberCode(step: Step): Promise<FastifyReply> {
  const { portal, context } = step;
  const { memberCodes } = portal;
  const guestId = findCodeOwnerId(step);
  if (guestId === null) return showOld(step, context.arrival.nasId);
  // Asked twice, or the page reloaded: the same code. Another page of theirs may not show it.
  const key = `${context.flowId}/${guestId}`;
  const shown = memberCodes.find(key);
  if (shown !== null) return showMemberCode(step, shown);
  const code = makeMemberCode();
  const hidden = await hideMemberCode(code);
  const { deviceId } = context;
  const isKept = portal.store.transaction((tx) => {
    // Forgotten while the code was made.
    if (!findGuest(tx, guestId)) return false;
    return keepMemberCode(tx, { guestId, deviceId, ...hidden });
  });
  if (isKept) memberCodes.keep(key, code);
  portal.log.info({ outcome: isKept ? "given" : "too soon" }, "member's code given");
  const given = isKept ? code : memberCodes.find(key);
  return given === null ? showTooSoon(step) : showMemberCode(step, given);
}

function showMemberCode(step: Step, code: string): FastifyReply {
  const { t, portal, context } = step;
  const view = { code: writeMemberCode(code), back: hrefOf(portal, backPathOf(context), context) };
  const page = { template: "member-code-given", view, title: t("member.code.title") };
  return showPage(step, { ...page, path: backPathOf(context) });
}

function showTooSoon(step: Step): FastifyReply {
  const { t, portal, context } = step;
  const path = backPathOf(context);
  const view = {
    heading: t("member.code.title"),
    text: t("member.code.tooSoon"),
    action: { href: hrefOf(portal, path, context), label: t("legal.back") },
  };
  return showPage(step, { template: "notice", view, title: view.heading, status: 429, path });
}
