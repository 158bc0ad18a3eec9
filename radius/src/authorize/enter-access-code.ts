import {
  findKnownGuestOfDevice,
  findSettings,
  keepOnlyIf,
  seeDevice,
  signInGuest,
  type Transaction,
  useAccessCode,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { type Decision, judgeByDevice, type RejectReason } from "./authorize.ts";
import { findHolder, NOBODYS } from "./facts.ts";

export type CodeEntry = { code: string; mac: string; nasId: string };

/** What came of a code; the guest whose use it is where they are let in. */
export type CodeOutcome = { decision: Decision; guestId: string | null };

const refuse = (reason: RejectReason): CodeOutcome => ({
  decision: { kind: "reject", reason },
  guestId: null,
});

/**
 * Uses an access code on a device that its NAS has named over its secret. A policy that lets nobody
 * in just now, outside its hours say, takes neither a use nor a minute; a wrong code counts.
 */
export function enterAccessCode(tx: Transaction, { code, mac, nasId }: CodeEntry): CodeOutcome {
  const settings = findSettings(tx);
  // Switched off since the request was read: then nobody has such a ticket either.
  if (!settings?.signIn.accessCode?.enabled) return refuse("ticket-unknown");
  const { id: deviceId } = seeDevice(tx, { mac, nasId, by: "radius" });
  return keepOnlyIf(tx, {
    work: () => spend(tx, { settings, code, mac, nasId, deviceId }),
    isKept: ({ decision }) => decision.kind === "accept" || decision.reason.startsWith("code-"),
  });
}

type Spending = CodeEntry & { settings: BranchSettings; deviceId: string };

function spend(tx: Transaction, spending: Spending): CodeOutcome {
  const { settings, code, mac, nasId, deviceId } = spending;
  const knownId = findKnownGuestOfDevice(tx, deviceId)?.id ?? null;
  const use = useAccessCode(tx, {
    ...{ code, deviceId, nasId, triedBy: mac },
    guestOf: () => knownId ?? registerHolder(tx, spending),
  });
  if (use.kind === "refused") return refuse(`code-${use.reason}`);
  const guestId = knownId ?? use.guestId;
  const { codeId: accessCodeId, policyId, endsAt } = use;
  const holder = findHolder(tx, { guestId, deviceId });
  const facts = { ...NOBODYS, holder, pass: { accessCodeId, policyId, endsAt } };
  return { decision: judgeByDevice({ settings, nasId, now: tx.now }, facts).decision, guestId };
}

/**
 * Whoever holds the code: the device is not linked to them, as at the portal. Nobody showed them
 * the terms of use at a NAS's own page, so no consent is kept, and none is claimed.
 */
function registerHolder(tx: Transaction, { settings, nasId, deviceId }: Spending): string {
  const [language] = settings.branch.languages;
  if (language === undefined) throw new Error("the branch has no language");
  const guest = signInGuest(tx, {
    ...{ deviceId, nasId, language, details: {}, termsVersion: null },
    ...{ phone: null, proved: false },
  });
  return guest.id;
}
