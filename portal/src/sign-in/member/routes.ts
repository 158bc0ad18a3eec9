import {
  adoptMemberCode,
  askForGuest,
  beginMemberTry,
  finishMemberTry,
  type Guest,
  type MemberEntry,
  resumeMemberTry,
} from "@foyer/branch-store";
import type { MemberCode } from "@foyer/contract";
import type { FastifyInstance, FastifyReply } from "fastify";
import { keepConsent } from "../../consent/keep.ts";
import { readTick } from "../../consent/rules.ts";
import { findTextFor } from "../../consent/view.ts";
import { comesFromNas } from "../../nas/index.ts";
import { type AcceptedTerms, limitedAs } from "../../page-context.ts";
import { showSignIn } from "../../pages/first.ts";
import type { Portal } from "../../portal.ts";
import { forGuests, type Step } from "../../step.ts";
import { enterAccessCode } from "../access-code/enter.ts";
import { admit, repeat } from "../phone/check-code.ts";
import { readPhoneNumber } from "../phone/number.ts";
import { signIn } from "../sign-in.ts";
import { isMemberCode, readMemberCode } from "./code.ts";
import { giveMemberCode } from "./give.ts";

/** Sign-in by a number that was proved before, here or at another branch, and its member's own code. */
export function addMemberCodeRoutes(app: FastifyInstance, portal: Portal): void {
  app.get(
    "/member-code",
    forGuests(portal, (step) => showSignIn(step, { way: "member" })),
  );
  app.post("/member-code", forGuests(portal, enterMember));
  app.post("/member-code/new", forGuests(portal, giveMemberCode));
}

type Typed = { phone: string; code: string; terms: AcceptedTerms | null };

async function enterMember(step: Step): Promise<FastifyReply> {
  const { settings, t, field } = step;
  if (!settings.signIn.member?.enabled) return showSignIn(step, {});
  const [typed, digits] = [field("phone"), field("memberCode")];
  // The key "Go" in the field below presses the form's first button.
  if (typed === "" && digits === "" && field("accessCode") !== "") return enterAccessCode(step);
  const number = readPhoneNumber(typed, settings.branch.country, settings.signIn.phone.numbersFrom);
  const code = readMemberCode(digits);
  const text = findTextFor(step, "terms");
  const tick = text ? readTick(field("terms"), text) : null;
  const faults = {
    phone: number.kind === "fault" ? t(`phone.fault.${number.fault}`) : null,
    member: code === null ? t(`member.fault.${digits === "" ? "empty" : "malformed"}`) : null,
    terms: tick && tick.kind !== "ticked" ? t(`terms.fault.${tick.kind}`) : null,
  };
  if (number.kind === "fault" || code === null || (tick && tick.kind !== "ticked"))
    return showSignIn(step, { way: "member", typed, ...faults });
  return await checkMember(step, { phone: number.phone, code, terms: tick?.terms ?? null });
}

/** The code stays out of the page that says it was wrong; the number is there to be corrected. */
async function checkMember(step: Step, typed: Typed): Promise<FastifyReply> {
  const { portal, context, t, field } = step;
  const { phone, code } = typed;
  const key = `${context.flowId}/member`;
  const findSpent = () => {
    const spent = portal.spentCodes.find(key);
    return spent?.code === `${phone} ${code}` ? spent : null;
  };
  const again = findSpent();
  if (again) return repeat(step, key, again);
  const entry = entryOf(step, phone);
  const attempt = portal.store.transaction((tx) => {
    const begun = beginMemberTry(tx, entry);
    if (begun.kind === "try" && begun.code === null) askForGuest(tx, { phone });
    return begun;
  });
  const refused = (reason: "unknown" | "too-many-tries") => {
    portal.log.info({ deviceId: context.deviceId, outcome: reason }, "member's code");
    const said = { asked: "member-code", answer: "refused", reason: `member-${reason}` } as const;
    portal.doorNotes.note({ ...context, contact: { kind: "phone", value: phone } }, said);
    const member = t(`member.fault.${reason}`);
    return showSignIn(step, { way: "member", typed: field("phone"), member });
  };
  if (attempt.kind === "too-many-tries") return refused(attempt.kind);
  const memberCode = await findRightCode(step, typed, attempt);
  // Posted twice at once: the first has signed them in meanwhile.
  const known = findSpent()?.guest ?? null;
  const guest =
    memberCode && welcome(step, typed, { ...entry, tryId: attempt.id, memberCode, known });
  if (!guest) return refused("unknown");
  const first = findSpent();
  if (first) return repeat(step, key, first);
  portal.log.info({ deviceId: context.deviceId, outcome: "right" }, "member's code");
  const right = { code: `${phone} ${code}`, guest, terms: typed.terms };
  return admit(step, key, { ...right, method: "member-code" });
}

/**
 * The code of the member, where it is the one that was typed. A member whom this box does not know was
 * asked for, and is known with an uplink by the time that a wrong answer is given. Whoever has the number
 * and wherever, a wrong answer waits once and reckons once: how long it takes tells nothing of them.
 */
async function findRightCode(
  { portal }: Step,
  { phone, code }: Typed,
  attempt: { id: string; code: MemberCode | null },
): Promise<MemberCode | null> {
  const isAsked = attempt.code === null;
  if (isAsked) await portal.beforeWrongAnswer();
  const found = isAsked
    ? portal.store.transaction((tx) => resumeMemberTry(tx, { phone, tryId: attempt.id }))
    : attempt.code;
  if (await isMemberCode(code, found)) return found;
  if (!isAsked) await portal.beforeWrongAnswer();
  return null;
}

/** One transaction: the try is said to be right, the guest found or made, and their tick kept. */
function welcome(
  step: Step,
  { phone, terms }: Typed,
  {
    known,
    memberCode,
    ...attempt
  }: MemberEntry & { tryId: string; memberCode: MemberCode; known: Guest | null },
): Guest | null {
  const { portal, context } = step;
  return portal.store.transaction((tx) => {
    const forgives = context.proof !== null;
    if (!finishMemberTry(tx, { ...attempt, codeId: memberCode.id, forgives })) return null;
    if (known) return known;
    const contact = { kind: "phone", value: phone } as const;
    const termsVersion = terms?.version ?? null;
    const guest = signIn(tx, step, { contact, termsVersion, provedBy: "member-code" });
    adoptMemberCode(tx, { guestId: guest.id, code: memberCode });
    if (terms)
      keepConsent(tx, context, {
        guestId: guest.id,
        purpose: "terms",
        text: terms,
        way: "member-code",
      });
    return guest;
  });
}

function entryOf({ context, nas, remoteAddress }: Step, phone: string): MemberEntry {
  const { proof, arrival } = context;
  // Behind a NAS that translates addresses all guests have one.
  const address = comesFromNas(nas, remoteAddress) ? null : limitedAs(context);
  // A device that was not proved may call itself by any MAC: its address is what it cannot choose.
  const triedBy = proof === null && address !== null ? `@${address}` : arrival.mac;
  return { phone, triedBy, address };
}
