import { strangerOf } from "@foyer/admission";
import type { Ticket } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import type { AccessRequest } from "../src/authorize/access-request.ts";
import { createAuthorizer } from "../src/authorize/authorizer.ts";
import type { DeviceFacts, HolderFacts, TicketFacts } from "../src/authorize/facts.ts";
import { createKnownDevices } from "../src/authorize/known-devices.ts";
import { createKnownTickets } from "../src/authorize/known-tickets.ts";
import { packTicket } from "../src/authorize/packed-ticket.ts";
import { createRecentCodes } from "../src/authorize/recent-codes.ts";
import { createRecentGrants } from "../src/authorize/recent-grants.ts";
import { createSpentTickets } from "../src/authorize/spent-tickets.ts";
import type { LateWrite } from "../src/store/late-writes.ts";
import { MAC, NAS_ID, POLICY_ID, sampleSettings } from "./box.ts";

const NOTHING = { seconds: 0, bytes: 0, uploadBytes: 0, downloadBytes: 0 };
export const holder: HolderFacts = {
  guestId: "01990000-0000-7000-8000-0000000000a1",
  standing: { visitNumber: 3, marks: { groups: [], tags: [], tier: null } },
  usage: { visit: NOTHING, day: NOTHING, week: NOTHING, ever: NOTHING },
  otherDevices: 0,
};
export const known: DeviceFacts = {
  ...{ holder, pass: null, pageShownAt: null, hasOpenVisit: true },
  viewer: { ...strangerOf("vi"), isReturning: true, visitNumber: 3, tenantVisitNumber: 3 },
};
export const nobodys: DeviceFacts = { ...known, holder: null, hasOpenVisit: false };

export const byMac = (mac: string): AccessRequest => ({
  ...{ userName: mac, mac, namedMac: mac, isCallCheck: false, isFramed: false, isSigned: true },
  proof: { kind: "pap", password: Buffer.from(mac) },
});
export const byTicket = (mac = MAC): AccessRequest => ({
  ...{
    userName: "ticket",
    mac,
    namedMac: null,
    isCallCheck: false,
    isFramed: false,
    isSigned: true,
  },
  proof: { kind: "pap", password: Buffer.from("the ticket's") },
});

export type Look = (name: string, input: unknown) => Promise<unknown> | null;

/** An authorizer over a store that answers as it is told, with the writes that follow. */
export function openDesk(look: Look, change: (settings: BranchSettings) => void = () => {}) {
  const settings = sampleSettings((each) => {
    each.signIn.greet = "never";
    change(each);
  });
  let now = Date.parse("2026-03-01T02:00:00.000Z");
  const devices = createKnownDevices();
  const tickets = createKnownTickets();
  const kept: LateWrite[] = [];
  const onKept: (() => void)[] = [];
  const asked: string[] = [];
  let hasRoom = true;
  let isTouched = false;
  const authorizer = createAuthorizer({
    settings: () => settings,
    reader: {
      ask: ((name: string, input: unknown) => {
        asked.push(name);
        const facts = look(name, input);
        return name === "findTicketFacts" ? pack(facts) : facts;
      }) as never,
    },
    writer: { ask: () => null },
    late: {
      add: (write, note = () => {}) => hasRoom && kept.push(write) > 0 && onKept.push(note) > 0,
      addIfRoom: (write) => void (hasRoom && kept.push(write)),
      mayTouch: () => isTouched,
    },
    ...{ devices, tickets, spent: createSpentTickets(), recent: createRecentGrants() },
    recentCodes: createRecentCodes(),
    clock: () => new Date(now),
  });
  const ask = async (request: AccessRequest) => {
    const verdict = await authorizer.authorize({ nasId: NAS_ID, request, nameRequest: () => "r" });
    return verdict.kind === "reject" ? verdict.reason : verdict.kind;
  };
  return {
    ...{ ask, authorizer, devices, tickets, kept, asked, now: () => new Date(now) },
    remember: (mac: string, facts = known) =>
      devices.keep({ deviceId: `device of ${mac}`, mac, facts, now: new Date(now) }),
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
    fill: () => {
      hasRoom = false;
    },
    /** What was taken is on the disk. */
    write: () => {
      for (const note of onKept.splice(0)) note();
    },
    /** Writes about the device wait, or do not. */
    touch: (isWaiting: boolean) => {
      isTouched = isWaiting;
    },
  };
}

/** A ticket's facts as the thread that reads them tells them. */
const pack = (facts: Promise<unknown> | null) =>
  facts?.then((each) => each && packTicket(each as TicketFacts)) ?? null;

export const never: Look = () => new Promise(() => {});
export const saysOf = (facts: DeviceFacts) => async () => ({ deviceId: `device of ${MAC}`, facts });
export const ticketOf = (change: Partial<Ticket> = {}): TicketFacts => {
  const at = Date.parse("2026-03-01T02:00:00.000Z");
  const ticket = {
    ...{ username: "ticket", password: "the ticket's", nasId: NAS_ID, mac: MAC },
    ...{ deviceId: "d", guestId: holder.guestId, method: "click-through", policyId: POLICY_ID },
    ...{ issuedAt: new Date(at), expiresAt: new Date(at + 120_000) },
    ...{ usedAt: null, endsAt: null, accessCodeId: null },
    ...change,
  };
  return { ticket: ticket as Ticket, holder, codeEnd: null };
};
