import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import type { Contact, DeviceProof, Language, Nas, SignInMethod } from "@foyer/contract";
import { listValues, packValues, unpackContext } from "./context-packing.ts";
import { type Arrival, comesFromNas } from "./nas/index.ts";
import { networkOf } from "./network.ts";
import { takeRandomBytes } from "./random.ts";
import type { Seal } from "./sealed.ts";

/** How long a page may lie open before its guest has to arrive anew. */
export const CONTEXT_SECONDS = 30 * 60;

export type AcceptedTerms = { version: number; sha256: string; language: Language };

/** Somebody who has shown the right to go online, and waits only to be handed back. */
export type Admitted =
  | { guestId: string; method: Exclude<SignInMethod, "access-code" | "room"> }
  /** `endsAt`: check-out. Milliseconds since 1970. */
  | { guestId: string; method: "room"; endsAt: number }
  | {
      guestId: string;
      method: "access-code";
      /** Absent in a page from before an upgrade. */
      accessCodeId?: string;
      /** Null: the first policy that fits. */
      policyId: string | null;
      /** When what is left of the code ends. Milliseconds since 1970. */
      endsAt: number;
    };

const SEALED = Symbol("sealed");
type Sealed = { values: readonly unknown[]; json: string; sealed: string };

/**
 * All that the portal knows between a guest's pages. It travels with them, sealed, in a hidden
 * field or a URL, since a mini-browser keeps neither cookies nor storage.
 */
export type PageContext = {
  /** One arrival: everything done twice under it is done once. */
  flowId: string;
  /** Milliseconds since 1970. */
  issuedAt: number;
  /** Where the guest's browser is. From anywhere else this context opens nothing. */
  remoteAddress: string;
  arrival: Readonly<Arrival>;
  deviceId: string;
  /** How the device was proved; null: its MAC is a claim, and nothing personal is shown. */
  proof: DeviceProof | null;
  /** The guest this device is known to belong to. Null unless proved. */
  knownGuestId: string | null;
  /** The guest said that they are not the one this device is known to belong to. */
  isSomebodyElse: boolean;
  /** Chosen by the guest since they arrived; null: the usual one, or what the browser asks for. */
  language: Language | null;
  /**
   * An access code to be filled in: one whose link this browser opened, or the one by which this
   * device, which was proved, has minutes left. The guest sends it, or does not.
   */
  accessCode: string | null;
  codeId: string | null;
  /** The number or the address as the guest typed it last. */
  contact: Contact | null;
  /** The digits that a link in a mail has brought, to be filled in. The guest sends them, or does not. */
  filledIn: string | null;
  /** A number whose code was right, while it is asked whether its guest is still the same person. */
  provedPhone: string | null;
  /** The guest goes back to give another number: the code that waits is not shown instead. */
  wantsOtherNumber: boolean;
  terms: AcceptedTerms | null;
  /** No channel took the message: the branch's plan B may be offered. */
  codeUnsent: boolean;
  admitted: Admitted | null;
  /**
   * The guest whose number was proved for the pages about their data, which signs nobody in. Absent in
   * pages of the release before.
   */
  privacyGuestId?: string | null;
  /** The same where they proved an address: it is no word about a number. Absent in pages of the release before. */
  addressGuestId?: string | null;
  /** By which the guest adds files to the answer they gave on the way. Null or absent: to none. */
  filesKey?: string | null;
  /**
   * Which device is at an IPv6 address, as the NAS vouched or the box's own network knows; null where
   * nobody knows, and of IPv4. Absent in pages of the release before.
   */
  deviceMac?: string | null;
  /**
   * Chosen at an earlier visit: by this guest, or on this device as long as nobody is known by it. Null:
   * none. Absent in pages of the release before.
   */
  usualLanguage?: Language | null;
  /**
   * In which the code that waits was asked for: what its page is spoken in, and nobody's choice. Null or
   * absent: none waits, or it is the browser's own.
   */
  askedLanguage?: Language | null;
  /** When the access policy ends the session; null: not by time, or not known. */
  onlineUntil: number | null;
  /** The welcome page the guest was shown last; null: the branch has none that fits. */
  page: { pageId: string; version: number } | null;
  /** Beside it, and not carried: what it was sealed as last, for the next link of the page. */
  [SEALED]?: Sealed;
};

/** The context of an arrival, before its guest has done anything. */
export function newContext(begun: {
  arrival: Arrival;
  recognised: Pick<PageContext, "deviceId" | "proof" | "knownGuestId" | "usualLanguage">;
  accessCode?: string | null;
  remoteAddress: string;
  /** As the box sees it; of IPv4 it is not carried. */
  deviceMac: string | null;
  now: Date;
}): PageContext {
  return {
    flowId: takeRandomBytes(12).toString("base64url"),
    issuedAt: begun.now.getTime(),
    remoteAddress: begun.remoteAddress,
    arrival: begun.arrival,
    isSomebodyElse: false,
    language: null,
    accessCode: begun.accessCode ?? null,
    codeId: null,
    contact: null,
    filledIn: null,
    provedPhone: null,
    wantsOtherNumber: false,
    terms: null,
    codeUnsent: false,
    admitted: null,
    onlineUntil: null,
    page: null,
    deviceMac: isIPv6(begun.remoteAddress) ? begun.deviceMac : null,
    ...begun.recognised,
  };
}

export type OpenedContext =
  | { kind: "context"; context: PageContext }
  /** Not ours: the guest has to arrive anew. */
  | { kind: "refused"; reason: "unreadable"; context: null }
  /** Ours, but it holds no more here: all it is good for is the way to a fresh page. */
  | { kind: "refused"; reason: "elsewhere" | "old"; context: PageContext };

/** As a page carries it. The same text as long as nothing in it changes, be it on the next page. */
export function sealContext(seal: Seal, context: PageContext): string {
  const last = context[SEALED];
  const values = listValues(context);
  // They are replaced and never changed within: most links of a page find the very same ones.
  if (last && values.every((value, at) => value === last.values[at])) return last.sealed;
  const json = JSON.stringify(packValues(values));
  const sealed = last?.json === json ? last.sealed : seal.seal(json);
  context[SEALED] = { values, json, sealed };
  return sealed;
}

/** Opens a sealed context for a request from `remoteAddress` at `now`. */
export function openContext(
  seal: Seal,
  text: unknown,
  { remoteAddress, now }: { remoteAddress: string; now: Date },
): OpenedContext {
  const sealed = typeof text === "string" ? text : "";
  const opened = seal.open(sealed);
  // Authenticated by the seal: nobody but this portal made it, so its shape is one of ours.
  const found = opened && unpackContext(JSON.parse(opened.json));
  if (!opened || !found) return { kind: "refused", reason: "unreadable", context: null };
  const { json, movedMilliseconds } = opened;
  const context = movedMilliseconds === 0 ? found : moveTimes(found, movedMilliseconds);
  // Where its moments were moved it is sealed anew, by the clock of now.
  if (context === found) context[SEALED] = { values: listValues(context), json, sealed };
  if (context.remoteAddress !== remoteAddress)
    return { kind: "refused", reason: "elsewhere", context };
  const age = now.getTime() - context.issuedAt;
  if (age > CONTEXT_SECONDS * 1000 || age < 0) return { kind: "refused", reason: "old", context };
  return { kind: "context", context };
}

function moveTimes(context: PageContext, byMilliseconds: number): PageContext {
  const { admitted, onlineUntil, issuedAt } = context;
  return {
    ...context,
    issuedAt: issuedAt + byMilliseconds,
    onlineUntil: onlineUntil === null ? null : onlineUntil + byMilliseconds,
    admitted:
      admitted && "endsAt" in admitted
        ? { ...admitted, endsAt: admitted.endsAt + byMilliseconds }
        : admitted,
  };
}

/** What tells a browser apart from all others: its device, or its address where no device is known. */
export function placeOf({ deviceMac, remoteAddress }: PageContext): string {
  return deviceMac ?? remoteAddress;
}

/**
 * By what limits count a browser: it takes as many IPv6 addresses as it likes, and so counts by its
 * device, or with all of its /64 where no device is known.
 */
export function limitedAs({
  deviceMac,
  remoteAddress,
}: Pick<PageContext, "deviceMac" | "remoteAddress">): string {
  return deviceMac ?? networkOf(remoteAddress);
}

/**
 * Under which name this device's codes are kept. A MAC that was not proved is kept apart by
 * address, so that somebody else who claims it can neither burn nor void its codes; behind a NAS that
 * translates addresses all have one, and are kept apart by what that NAS gave each of them to answer.
 */
export function codeKeyOf(context: PageContext, nas: Nas): { nasId: string; mac: string } {
  const { arrival, proof, remoteAddress, flowId } = context;
  const { nasId, mac, handBack } = arrival;
  if (proof !== null) return { nasId, mac };
  const claimed = `${mac}@${placeOf(context)}`;
  if (!comesFromNas(nas, remoteAddress)) return { nasId, mac: claimed };
  const given = handBack.challenge ?? handBack.hid ?? flowId;
  // The store holds what a NAS gave to be answered in no form that answers it.
  const digest = createHash("sha256").update(given).digest("base64url");
  return { nasId, mac: `${claimed}#${digest}` };
}
