import {
  countTry,
  type Guest,
  type PendingCode,
  type Transaction,
  useCode,
} from "@foyer/branch-store";
import type { FastifyReply } from "fastify";
import { keepConsent } from "../../consent/keep.ts";
import { readTick } from "../../consent/rules.ts";
import { goOnline } from "../../grant/go-online.ts";
import { findWayOnline } from "../../grant/online.ts";
import type { AcceptedTerms } from "../../page-context.ts";
import type { SpentCode } from "../../portal.ts";
import { hrefOf, leadOn, type Step } from "../../step.ts";
import { noteStep } from "../counts/register.ts";
import { signIn } from "../sign-in.ts";
import { isCodeOf, readCode } from "./code.ts";
import { type CodePage, findMissingTerms, showCode } from "./code-page.ts";
import { mayHaveNewHolder } from "./holder.ts";
import { findOpenCode, keepRightCode } from "./right-code.ts";
import { hasTriesLeft } from "./rules.ts";

type Checked =
  | { kind: "right"; guest: Guest; terms: AcceptedTerms | null; method: SpentCode["method"] }
  /** Right, but the number may be somebody else's by now. */
  | { kind: "asks"; phone: string; terms: AcceptedTerms | null }
  /** `triesLeft` null: there were none before, and what was typed was not looked at. */
  | { kind: "wrong"; triesLeft: number | null }
  /** Used, or its life is over. */
  | { kind: "over" };

/** The guest typed the six digits. A right code signs in once, whoever posts it how often. */
export function checkCode(step: Step): FastifyReply | Promise<FastifyReply> {
  const { context, portal, t, field } = step;
  const { codeId } = context;
  const code = readCode(field("code"));
  if (codeId === null) return showCode(step, { code: null, closed: t("code.fault.over") });
  if (code === null) {
    const open = portal.store.read((tx) => findOpenCode(tx, step, codeId));
    const waiting = open && mayBeTold(step, open) ? open : null;
    const closed = waiting ? null : t("code.fault.over");
    return showCode(step, { code: waiting, fault: t("code.fault.malformed"), closed });
  }
  const name = spentNameOf(step, codeId);
  const spent = portal.spentCodes.find(name);
  if (spent?.code === code) return repeat(step, name, spent);
  const untold = readMissingTerms(step, codeId);
  if (untold) return showCode(step, { ...untold, typed: code });
  const checked = portal.store.transaction((tx) => check(tx, step, { codeId, code }));
  portal.log.info({ codeId, outcome: checked.kind }, "code checked");
  const isOut = checked.kind === "over" || checked.kind === "wrong";
  const reason = `code-${checked.kind}`;
  portal.doorNotes.note(context, { asked: "typed", answer: isOut ? "refused" : "told", reason });
  if (checked.kind === "over")
    return findWayOnline(step)?.() ?? showCode(step, { code: null, closed: t("code.fault.over") });
  if (checked.kind === "wrong") return showWrong(step, codeId, checked.triesLeft);
  noteStep(step, "right");
  keepRightCode(step, codeId);
  if (checked.kind === "asks") return askHolder(step, name, { code, ...checked });
  const { guest, terms, method } = checked;
  return admit(step, name, { code, guest, terms, method });
}

/** Where nobody vouches for a device, the same code may lead on from another arrival than the first. */
export const spentNameOf = ({ context }: Step, codeId: string): string =>
  context.proof === null ? `${codeId}/${context.flowId}` : codeId;

/** A code that was right a moment ago, posted again. */
export function repeat(
  step: Step,
  name: string,
  { url, guest, ...spent }: SpentCode,
): FastifyReply {
  if (url !== null) return leadOn(step, url);
  if (guest === null) throw new Error(`code ${name} was spent for nobody and leads nowhere`);
  return admit(step, name, { ...spent, guest });
}

/** The number is proved, and whose it is will be said on the page that this leads to. */
function askHolder(
  step: Step,
  name: string,
  { code, phone, terms }: { code: string; phone: string; terms: AcceptedTerms | null },
): FastifyReply {
  const { context, portal } = step;
  Object.assign(context, { terms, provedPhone: phone });
  const url = hrefOf(portal, "/holder", context);
  portal.spentCodes.keep(name, { code, guest: null, terms, method: "phone-code", url });
  return leadOn(step, url);
}

type Admission = Omit<SpentCode, "url" | "guest"> & { guest: Guest };

/** Leads a guest on whose code was right. The same code again is led, or refused, the same way. */
export function admit(step: Step, name: string, right: Admission): FastifyReply {
  const { context, portal } = step;
  const { guest, terms, method } = right;
  Object.assign(context, { terms, knownGuestId: guest.id });
  context.admitted = { guestId: guest.id, method };
  portal.spentCodes.keep(name, { ...right, url: null });
  return goOnline(step, guest, (url) => portal.spentCodes.keep(name, { ...right, url }));
}

async function showWrong(
  step: Step,
  codeId: string,
  triesLeft: number | null,
): Promise<FastifyReply> {
  const { t, portal } = step;
  if (triesLeft !== null) await portal.beforeWrongAnswer();
  if (!triesLeft) return showCode(step, { code: null, closed: t("code.fault.tries") });
  const code = portal.store.read((tx) => findOpenCode(tx, step, codeId));
  // Typed right meanwhile, or its life is over by now.
  if (!code) return showCode(step, { code: null, closed: t("code.fault.over") });
  return showCode(step, { code, fault: t("code.fault.wrong", { count: triesLeft }) });
}

/** Terms that came into force since the code was asked for are ticked here, before a try is counted. */
function readMissingTerms(step: Step, codeId: string): Pick<CodePage, "code" | "terms"> | null {
  const { context, portal, t, field } = step;
  const code = portal.store.read((tx) => findOpenCode(tx, step, codeId));
  const text = code && findMissingTerms(step, code);
  if (!text) return null;
  const tick = readTick(field("terms"), text);
  if (tick.kind !== "ticked") return { code, terms: t(`terms.fault.${tick.kind}`) };
  context.terms = tick.terms;
  return null;
}

/**
 * Whether anybody can have been told this code: a channel took it, or is just taking it. Whoever types
 * one that none did guesses.
 */
export const mayBeTold = ({ portal }: Step, code: PendingCode): boolean =>
  code.deliveries > 0 || portal.codeDesk.isMoving(code);

/** One transaction: the try is counted, or the code spent, before the answer is told. */
function check(
  tx: Transaction,
  step: Step,
  { codeId, code }: { codeId: string; code: string },
): Checked {
  const { settings, context } = step;
  const open = findOpenCode(tx, step, codeId);
  if (!open || !mayBeTold(step, open)) return { kind: "over" };
  const phoneSettings = settings.signIn.phone;
  if (!hasTriesLeft(open, phoneSettings)) return { kind: "wrong", triesLeft: null };
  if (!isCodeOf(open.secret, code))
    return { kind: "wrong", triesLeft: Math.max(0, phoneSettings.triesMax - countTry(tx, codeId)) };
  // Spent once already, it was right before and has let nobody online since.
  useCode(tx, codeId);
  const terms = context.terms ?? open.terms;
  const { contact } = open;
  if (contact.kind === "phone" && mayHaveNewHolder(tx, step, contact.value))
    return { kind: "asks", phone: contact.value, terms };
  const method = `${contact.kind}-code` as const;
  const guest = signIn(tx, step, { contact, termsVersion: terms?.version ?? null });
  // Ticked when the code was asked for; only now is it known whose tick it was.
  if (terms)
    keepConsent(tx, context, { guestId: guest.id, purpose: "terms", text: terms, way: method });
  return { kind: "right", guest, terms, method };
}
