import { strangerOf } from "@foyer/admission";
import type { Ticket } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { describe, expect, test, vi } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID, sampleSettings } from "../../test/box.ts";
import type { LateWrite } from "../store/late-writes.ts";
import type { AccessRequest } from "./access-request.ts";
import { createAuthorizer } from "./authorizer.ts";
import type { DeviceFacts, HolderFacts, TicketFacts } from "./facts.ts";
import { createKnownDevices } from "./known-devices.ts";
import { createKnownTickets } from "./known-tickets.ts";
import { packTicket } from "./packed-ticket.ts";
import { createRecentCodes } from "./recent-codes.ts";
import { createRecentGrants } from "./recent-grants.ts";
import { createSpentTickets } from "./spent-tickets.ts";

const NOTHING = { seconds: 0, bytes: 0 };
const holder: HolderFacts = {
  guestId: "01990000-0000-7000-8000-0000000000a1",
  standing: { visitNumber: 3, marks: { groups: [], tags: [], tier: null } },
  usage: { visit: NOTHING, day: NOTHING, week: NOTHING, ever: NOTHING },
  otherDevices: 0,
};
const known: DeviceFacts = {
  ...{ holder, pass: null, pageShownAt: null, hasOpenVisit: true },
  viewer: { ...strangerOf("vi"), isReturning: true, visitNumber: 3, tenantVisitNumber: 3 },
};
const nobodys: DeviceFacts = { ...known, holder: null, hasOpenVisit: false };

const byMac = (mac: string): AccessRequest => ({
  ...{ userName: mac, mac, isCallCheck: false, isFramed: false, isSigned: true },
  proof: { kind: "pap", password: Buffer.from(mac) },
});
const byTicket = (mac = MAC): AccessRequest => ({
  ...{ userName: "ticket", mac, isCallCheck: false, isFramed: false, isSigned: true },
  proof: { kind: "pap", password: Buffer.from("the ticket's") },
});

type Look = (name: string, input: unknown) => Promise<unknown> | null;

/** An authorizer over a store that answers as it is told, with the writes that follow. */
function openDesk(look: Look, change: (settings: BranchSettings) => void = () => {}) {
  const settings = sampleSettings((each) => {
    each.signIn.greet = "never";
    change(each);
  });
  let now = Date.parse("2026-03-01T02:00:00.000Z");
  const devices = createKnownDevices();
  const tickets = createKnownTickets();
  const kept: LateWrite[] = [];
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
      add: (write) => hasRoom && kept.push(write) > 0,
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
    /** Writes about the device wait, or do not. */
    touch: (isWaiting: boolean) => {
      isTouched = isWaiting;
    },
  };
}

/** A ticket's facts as the thread that reads them tells them. */
const pack = (facts: Promise<unknown> | null) =>
  facts?.then((each) => each && packTicket(each as TicketFacts)) ?? null;

const never: Look = () => new Promise(() => {});
const saysOf = (facts: DeviceFacts) => async () => ({ deviceId: `device of ${MAC}`, facts });
const ticketOf = (change: Partial<Ticket> = {}): TicketFacts => {
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

describe("a device in memory", () => {
  test("is let in at once, without asking the store", async () => {
    const desk = openDesk(never);
    desk.remember(MAC);
    const verdict = desk.authorizer.authorize({
      ...{ nasId: NAS_ID, request: byMac(MAC), nameRequest: () => "r" },
    });
    expect(verdict).toMatchObject({ kind: "accept", policyId: POLICY_ID });
    expect(desk.asked).toEqual([]);
    const input = { mac: MAC, nasId: NAS_ID, policyId: POLICY_ID };
    expect(desk.kept).toEqual([{ name: "admitDevice", input }]);
  });

  test("is never refused from memory: the store may know better by now", async () => {
    const desk = openDesk(saysOf({ ...known, pageShownAt: new Date(0) }), (each) => {
      each.signIn.greet = "each-visit";
    });
    desk.remember(MAC, { ...known, hasOpenVisit: false });
    expect(await desk.ask(byMac(MAC))).toBe("accept");
    expect(desk.asked).toEqual(["findDeviceFacts"]);
  });

  test("is looked up again once something was told of it, and after a minute", async () => {
    const desk = openDesk(saysOf(nobodys));
    desk.remember(MAC);
    desk.devices.mistrust([`device of ${OTHER_MAC}`]);
    expect(await desk.ask(byMac(MAC))).toBe("accept");
    desk.devices.mistrust([`device of ${MAC}`]);
    expect(await desk.ask(byMac(MAC))).toBe("unknown-device");
    desk.remember(MAC);
    desk.advance(61);
    expect(await desk.ask(byMac(MAC))).toBe("unknown-device");
    desk.remember(MAC);
    desk.devices.mistrust(null);
    expect(await desk.ask(byMac(MAC))).toBe("unknown-device");
  });

  test("is looked up each time where a policy counts what is used up", async () => {
    const used = { ...holder, usage: { ...holder.usage, day: { seconds: 3600, bytes: 0 } } };
    const desk = openDesk(saysOf({ ...known, holder: used }), (each) => {
      for (const policy of each.policies)
        policy.quotas = [{ per: "day", seconds: 3600, bytes: null }];
    });
    desk.remember(MAC);
    expect(await desk.ask(byMac(MAC))).toBe("time-used-up");
  });

  test("is let in by what is remembered of a day when the store does not answer in time", async () => {
    vi.useFakeTimers();
    try {
      const desk = openDesk(never);
      desk.remember(MAC);
      desk.advance(3600);
      const asked = desk.ask(byMac(MAC));
      await vi.advanceTimersByTimeAsync(1500);
      expect(await asked).toBe("accept");
      const stranger = desk.ask(byMac(OTHER_MAC));
      await vi.advanceTimersByTimeAsync(1500);
      expect(await stranger).toBe("store-failed");
    } finally {
      vi.useRealTimers();
    }
  });

  test("that cannot be looked up is let in by memory alone where nothing speaks against it", async () => {
    const desk = openDesk(() => Promise.reject(new Error("disk I/O error")));
    desk.remember(MAC);
    desk.advance(3600);
    expect(await desk.ask(byMac(MAC))).toBe("accept");
    expect(await desk.ask(byMac(OTHER_MAC))).toBe("store-failed");
    desk.devices.mistrust([`device of ${MAC}`]);
    expect(await desk.ask(byMac(MAC))).toBe("store-failed");
    desk.remember(MAC);
    desk.advance(24 * 3600 + 1);
    expect(await desk.ask(byMac(MAC))).toBe("store-failed");
  });

  test("that cannot be looked up is neither refused from memory nor let in where use is counted", async () => {
    const greets = openDesk(
      () => null,
      (each) => {
        each.signIn.greet = "each-visit";
      },
    );
    greets.remember(MAC, { ...known, hasOpenVisit: false });
    expect(await greets.ask(byMac(MAC))).toBe("too-busy");
    const counts = openDesk(
      () => null,
      (each) => {
        for (const policy of each.policies) policy.devicesMax = 1;
      },
    );
    counts.remember(MAC);
    expect(await counts.ask(byMac(MAC))).toBe("too-busy");
  });

  test("whose admission cannot be kept is turned away each time it asks", async () => {
    const desk = openDesk(saysOf(known));
    desk.fill();
    for (let at = 0; at < 3; at++) expect(await desk.ask(byMac(MAC))).toBe("too-busy");
  });

  test("that nobody knows is refused whatever room there is", async () => {
    const desk = openDesk(saysOf(nobodys));
    desk.fill();
    expect(await desk.ask(byMac(MAC))).toBe("unknown-device");
  });

  test("that has passed to another guest within a moment is told of once more", async () => {
    const others = { ...known, holder: { ...holder, guestId: "another" } };
    const answers = [known, others];
    const desk = openDesk(async () => ({ deviceId: "d", facts: answers.shift() ?? nobodys }));
    expect(await desk.ask(byMac(MAC))).toBe("accept");
    desk.devices.mistrust(null);
    expect(await desk.ask(byMac(MAC))).toBe("accept");
    expect(desk.kept).toHaveLength(2);
  });

  test("that asks again and again is written of once a moment", async () => {
    const desk = openDesk(saysOf(known));
    desk.remember(MAC);
    for (let at = 0; at < 5; at++) expect(await desk.ask(byMac(MAC))).toBe("accept");
    expect(desk.kept).toHaveLength(1);
    desk.advance(31);
    await desk.ask(byMac(MAC));
    expect(desk.kept).toHaveLength(2);
  });
});

/** A ticket as the store tells of it before its NAS asks. */
const tell = ({ username, password, nasId, mac, policyId, issuedAt }: Ticket): string =>
  JSON.stringify([username, password, nasId, "d", "g", mac, "x", policyId, +issuedAt, 0, null]);

describe("a ticket in memory", () => {
  const knownTo = (look: Look, change?: (settings: BranchSettings) => void) => {
    const desk = openDesk(look, change);
    desk.tickets.keep(tell(ticketOf().ticket), desk.now());
    return desk;
  };

  test("lets its device in at once and once, without asking the store", () => {
    const desk = knownTo(never);
    const question = { nasId: NAS_ID, request: byTicket(), nameRequest: () => "r" };
    for (let times = 0; times < 2; times++)
      expect(desk.authorizer.authorize(question)).toMatchObject({ kind: "accept" });
    expect(desk.asked).toEqual([]);
    expect(desk.kept).toMatchObject([{ name: "keepTicketUse", input: { username: "ticket" } }]);
  });

  test("is never refused from memory: the store may know better by now", async () => {
    const elsewhere = knownTo(async () => ticketOf({ mac: OTHER_MAC }));
    expect(await elsewhere.ask(byTicket(OTHER_MAC))).toBe("accept");
    const used = knownTo(async () => ticketOf({ usedAt: new Date(0) }));
    expect(await used.ask(byTicket())).toBe("accept");
    used.advance(31);
    expect(await used.ask(byTicket())).toBe("ticket-used");
    expect(used.asked).toEqual(["findTicketFacts"]);
  });

  test("is looked up where its policy counts, or is in the settings no more", async () => {
    for (const change of [{ devicesMax: 1 }, { id: NAS_ID }]) {
      const desk = knownTo(
        async () => ticketOf(),
        (each) => {
          each.policies = each.policies.map((policy) => ({ ...policy, ...change }));
        },
      );
      expect(await desk.ask(byTicket())).toBe("accept");
      expect(desk.asked).toEqual(["findTicketFacts"]);
    }
  });
});

describe("a ticket", () => {
  test("is spent from the decision on, for whoever asks in the same moment", async () => {
    const desk = openDesk(async () => ticketOf());
    const answers = await Promise.all([
      ...[desk.ask(byTicket()), desk.ask(byTicket(OTHER_MAC)), desk.ask(byTicket())],
    ]);
    expect(answers).toEqual(["accept", "ticket-other-device", "accept"]);
    desk.advance(31);
    // The store still says that nobody has used it.
    expect(await desk.ask(byTicket())).toBe("ticket-used");
  });

  test("asked for again and again within its moment, is over when that moment is", async () => {
    const desk = openDesk(async () => ticketOf());
    expect(await desk.ask(byTicket())).toBe("accept");
    desk.advance(25);
    expect(await desk.ask(byTicket())).toBe("accept");
    desk.advance(6);
    expect(await desk.ask(byTicket())).toBe("ticket-used");
    expect(desk.kept).toHaveLength(1);
  });

  test("is as old as its first use, whatever moment the store has it at", async () => {
    let usedAt: Date | null = null;
    const desk = openDesk(async () => ticketOf({ usedAt }));
    expect(await desk.ask(byTicket())).toBe("accept");
    desk.advance(600);
    usedAt = new Date(Date.parse("2026-03-01T02:10:00.000Z"));
    expect(await desk.ask(byTicket())).toBe("ticket-used");
  });

  test("makes its device suspect: what was remembered of it is of another guest", async () => {
    const desk = openDesk(async (name) =>
      name === "findTicketFacts" ? ticketOf() : { deviceId: "d", facts: known },
    );
    desk.remember(MAC);
    await desk.ask(byTicket());
    await desk.ask(byMac(MAC));
    expect(desk.asked).toEqual(["findTicketFacts", "findDeviceFacts"]);
  });

  test("stays good when the store does not answer, or too much waits", async () => {
    const answers: Look[] = [
      () => Promise.reject(new Error("busy")),
      () => null,
      async () => ticketOf(),
    ];
    const desk = openDesk((...asked) => answers.shift()?.(...asked) ?? null);
    expect(await desk.ask(byTicket())).toBe("store-failed");
    expect(await desk.ask(byTicket())).toBe("too-busy");
    expect(await desk.ask(byTicket())).toBe("accept");
  });

  test("whose use could not be kept lets nobody in and stays good", async () => {
    const desk = openDesk(async () => ticketOf());
    desk.fill();
    expect(await desk.ask(byTicket())).toBe("too-busy");
    expect(desk.kept).toEqual([]);
  });
});

test("of ten thousand devices and one the first is forgotten, and strangers take no room", () => {
  const devices = createKnownDevices();
  const now = new Date();
  for (let at = 0; at <= 10_000; at++)
    devices.keep({ deviceId: `d${at}`, mac: `m${at}`, facts: known, now });
  devices.keep({ deviceId: "stranger", mac: "stranger", facts: nobodys, now });
  expect(devices.findFresh("m0", now)).toBeNull();
  expect(devices.findFresh("m1", now)).not.toBeNull();
  expect(devices.findFresh("stranger", now)).toBeNull();
});

describe("a member who logs in again", () => {
  const theirs = { ...holder, isTheirs: true };
  const logIn = (desk: ReturnType<typeof openDesk>, nasId = NAS_ID) =>
    desk.authorizer.authorizeMember({ nasId, request: byMac(MAC), userName: "an" });

  test("is let in without a write within 30 seconds, and with one after that", async () => {
    const desk = openDesk(async () => theirs);
    for (const seconds of [0, 10, 20]) {
      desk.advance(seconds);
      expect(await logIn(desk)).toMatchObject({ kind: "accept" });
      expect(desk.kept).toHaveLength(1);
    }
    desk.advance(1);
    await logIn(desk);
    // What was told is told again: what is skipped moves the 30 seconds no further.
    expect(desk.kept.map(({ input }) => "policyId" in input && input.policyId)).toEqual([
      POLICY_ID,
      POLICY_ID,
    ]);
  });

  test("is written whenever the device is another's, or may be by what still waits", async () => {
    let isTheirs = true;
    const desk = openDesk(async () => ({ ...holder, isTheirs }));
    await logIn(desk);
    isTheirs = false;
    await logIn(desk);
    isTheirs = true;
    desk.touch(true);
    await logIn(desk);
    desk.touch(false);
    await logIn(desk, "01990000-0000-7000-8000-000000000099");
    expect(desk.kept).toHaveLength(4);
  });

  test("is looked up each time, and kept out once the credential is revoked", async () => {
    let facts: typeof theirs | null = theirs;
    const desk = openDesk(async () => facts);
    await logIn(desk);
    facts = null;
    expect(await logIn(desk)).toMatchObject({ kind: "reject", reason: "credential-unknown" });
    expect(desk.asked).toEqual(["findMemberFacts", "findMemberFacts"]);
  });
});
