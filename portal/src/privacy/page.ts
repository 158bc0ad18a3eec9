import { maskEmail } from "@foyer/blocks";
import {
  type Consent,
  findCopyRequest,
  findGuest,
  type Guest,
  isErasedGuest,
  listConsents,
} from "@foyer/branch-store";
import { type ConsentPurpose, ConsentPurposeSchema } from "@foyer/contract";
import type { FastifyReply } from "fastify";
import { timeIn } from "../clock-time.ts";
import { findCodeOwnerId } from "../sign-in/member/give.ts";
import { maskPhone } from "../sign-in/phone/number.ts";
import { hrefOf, type Step, showPage } from "../step.ts";
import { backPathOf, showNotice } from "./notice.ts";
import { showNumber } from "./number-page.ts";
import { findNumberGuestId, findProvedGuestId } from "./proof.ts";
import { viewConsent } from "./view-consent.ts";

const PURPOSES: readonly ConsentPurpose[] = ConsentPurposeSchema.anyOf.map((each) => each.const);

/** The guest who proved their number, as the store has them now. */
export type Standing =
  | { kind: "guest"; guest: Guest; consents: Consent[]; copyAskedAt: Date | null }
  | { kind: "forgotten" }
  | { kind: "unproved" };

export function readStanding(step: Step): Standing {
  const guestId = findProvedGuestId(step);
  if (guestId === null) return { kind: "unproved" };
  return step.portal.store.read((tx): Standing => {
    const guest = findGuest(tx, guestId);
    if (!guest) return isErasedGuest(tx, guestId) ? { kind: "forgotten" } : { kind: "unproved" };
    const copyAskedAt = findCopyRequest(tx, guestId);
    return { kind: "guest", guest, consents: listConsents(tx, guestId), copyAskedAt };
  });
}

/** What a guest agreed to, and what they can ask for; without proof, the way to prove it. */
export function showPrivacy(step: Step): FastifyReply {
  const standing = readStanding(step);
  if (standing.kind === "unproved") return showNumber(step);
  if (standing.kind === "forgotten") return showNotice(step, "privacy.deleted");
  const { t, portal, context } = step;
  const { guest, consents, copyAskedAt } = standing;
  const say = timeIn(step);
  // By what the company reaches them.
  const by = guest.phone === null && guest.verifiedEmail !== null ? "ByEmail" : "";
  const view = {
    lead: leadOf(step, guest),
    consents: PURPOSES.flatMap((purpose) => viewConsent(step, purpose, consents)),
    copy:
      copyAskedAt === null
        ? t(`privacy.copy.text${by}`)
        : t(`privacy.copy.asked${by}`, { time: say(copyAskedAt) }),
    isCopyAsked: copyAskedAt !== null,
    memberCode: findCodeOwnerId(step) !== null,
    back: hrefOf(portal, backPathOf(context), context),
  };
  return showPage(step, {
    template: "privacy",
    view,
    title: t("privacy.title"),
    path: "/privacy",
  });
}

/** Whose page it is, by what they have proved: whoever has their address alone reads no number. */
function leadOf(step: Step, { id, phone, verifiedEmail }: Guest): string {
  const { t } = step;
  if (phone !== null && findNumberGuestId(step) === id)
    return t("privacy.lead", { phone: maskPhone(phone) });
  if (verifiedEmail !== null) return t("privacy.leadEmail", { email: maskEmail(verifiedEmail) });
  return t("privacy.leadNoNumber");
}
