import { type CodeEnd, findCodeEnd, NO_USAGE, type Usage, whatPagesAsk } from "@foyer/admission";
import {
  countOtherDevices,
  findBelievedGuestId,
  findCredential,
  findDeviceByMac,
  findGuestMarks,
  findOpenVisit,
  findRunningAccessCode,
  findSettings,
  findTicket,
  findTicketOfDevice,
  findViewedGuest,
  findViewer,
  findVisitNumber,
  type GuestViewer,
  ownerOf,
  type Reader,
  type Ticket,
  type ViewedGuest,
} from "@foyer/branch-store";
import type { AccessPolicy, GuestMarks } from "@foyer/contract";
import { unreadHolder } from "./packed-ticket.ts";
import { findUsageNow } from "./usage.ts";

/** What a policy is chosen by. */
export type Standing = { visitNumber: number; marks: GuestMarks };

export const FIRST_TIMER: Standing = {
  visitNumber: 1,
  marks: { groups: [], tags: [], tier: null },
};

/** What a guest's policy is chosen by and held to, as of the moment it was read. */
export type HolderFacts = {
  guestId: string;
  /** Null: nobody asks, for the portal has chosen the policy already. */
  standing: Standing | null;
  /** Read where a policy of the branch counts it. */
  usage: Usage;
  otherDevices: number;
};

/** What an access code gives a device that it was used on. */
export type Pass = { accessCodeId: string; policyId: string | null; endsAt: Date };

export type DeviceFacts = {
  /** Null: the device is nobody's, or not believed any more, and no access code runs on it. */
  holder: HolderFacts | null;
  /** Null: the device is its holder's. Else it is let in by the code, whoever holds it. */
  pass: Pass | null;
  /** Whom the device's page is chosen for; null: nobody's, who has none. */
  viewer: GuestViewer | null;
  pageShownAt: Date | null;
  /** With a session: whoever was only noticed has not arrived yet, and their page is still due. */
  hasOpenVisit: boolean;
};

export type TicketFacts = {
  ticket: Ticket;
  holder: HolderFacts;
  /** Why the access code it stands for lets nobody in any more; null: it does, or there is none. */
  codeEnd: CodeEnd | null;
};

/** Null: nobody has such a ticket. */
export function findTicketFacts(
  tx: Reader,
  { username }: { username: string },
): TicketFacts | null {
  const ticket = findTicket(tx, username);
  return ticket && factsOf(tx, ticket);
}

/** The same of the ticket that a device was given last at a NAS to which nobody brings one. */
export function findWaitingTicketFacts(
  tx: Reader,
  ask: { nasId: string; mac: string },
): TicketFacts | null {
  const ticket = findTicketOfDevice(tx, ask);
  return ticket && factsOf(tx, ticket);
}

function factsOf(tx: Reader, ticket: Ticket): TicketFacts {
  const settings = findSettings(tx);
  const granted = settings?.policies.find(({ id }) => id === ticket.policyId);
  const isEnough = granted !== undefined && !isCounting(granted);
  const { guestId } = ticket;
  const holder = isEnough ? unreadHolder(guestId) : findHolder(tx, ticket);
  const codeEnd = settings && findCodeEnd(settings, { ...ticket, now: tx.now });
  return { ticket, holder, codeEnd };
}

/** `deviceId` is null for a MAC the box has not met. */
export function findDeviceFacts(
  tx: Reader,
  { mac }: { mac: string },
): { deviceId: string | null; facts: DeviceFacts } {
  const device = findDeviceByMac(tx, mac);
  const guestId = device && findBelievedGuestId(tx, ownerOf(device));
  const guest = guestId === null ? null : findViewedGuest(tx, guestId);
  const deviceId = device?.id ?? null;
  if (!device || !guest)
    return { deviceId, facts: device ? findPassFacts(tx, device.id) : NOBODYS };
  const who = { deviceId: device.id, guestId: guest.id };
  const hasOpenVisit = findOpenVisit(tx, { ...who, at: tx.now })?.source === "wifi";
  const { pageShownAt } = device;
  const viewer = findGuestViewer(tx, guest);
  const { visitNumber, marks } = viewer;
  const holder = findHolder(tx, who, { visitNumber, marks });
  return { deviceId, facts: { holder, pass: null, viewer, pageShownAt, hasOpenVisit } };
}

function findGuestViewer(tx: Reader, guest: ViewedGuest): GuestViewer {
  const { pages = [], signIn } = findSettings(tx) ?? {};
  return findViewer(tx, guest, whatPagesAsk(pages, signIn?.greet ?? "each-visit"));
}

export const NOBODYS: DeviceFacts = {
  ...{ holder: null, pass: null, viewer: null, pageShownAt: null, hasOpenVisit: false },
};

/** Somebody comes back whose code has minutes left: they need not type it again. */
function findPassFacts(tx: Reader, deviceId: string): DeviceFacts {
  const running = findRunningAccessCode(tx, deviceId);
  if (!running) return NOBODYS;
  const { codeId: accessCodeId, guestId, policyId, endsAt } = running;
  const pass = { accessCodeId, policyId, endsAt };
  return { ...NOBODYS, holder: findHolder(tx, { guestId, deviceId }), pass };
}

/** `isTheirs`: the device is this guest's already. `credential`: the name of what was proved. */
export type MemberFacts = HolderFacts & { isTheirs: boolean; credential: string };

/** Whoever has proved this credential; null when it is unknown or revoked. */
export function findMemberFacts(
  tx: Reader,
  { userName, mac }: { userName: string; mac: string },
): MemberFacts | null {
  const credential = findCredential(tx, userName);
  if (!credential || credential.revokedAt) return null;
  const { guestId } = credential;
  const device = findDeviceByMac(tx, mac);
  const isTheirs = device?.guestId === guestId;
  const holder = findHolder(tx, { guestId, deviceId: device?.id ?? null });
  return { ...holder, isTheirs, credential: userName };
}

export function findHolder(
  tx: Reader,
  { guestId, deviceId }: { guestId: string; deviceId: string | null },
  standing: Standing = {
    visitNumber: findVisitNumber(tx, guestId),
    marks: findGuestMarks(tx, guestId),
  },
): HolderFacts {
  const settings = findSettings(tx);
  const policies = settings?.policies ?? [];
  // A MAC the box has not met has no visit of its own, and its guest's devices are all others.
  const who = { guestId, deviceId: deviceId ?? "" };
  return {
    guestId,
    standing,
    usage:
      settings && policies.some(hasQuotas)
        ? findUsageNow(tx, who, settings.branch.timeZone)
        : NO_USAGE,
    otherDevices: policies.some(limitsDevices) ? countOtherDevices(tx, who) : 0,
  };
}

/** Whether a policy looks at what changes by the second: facts kept in memory are too old for it. */
export const isCounting = (policy: AccessPolicy) => hasQuotas(policy) || limitsDevices(policy);

const hasQuotas = ({ quotas }: AccessPolicy) => (quotas?.length ?? 0) > 0;
const limitsDevices = ({ devicesMax }: AccessPolicy) => devicesMax !== undefined;
