import type { Ticket } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { describe, expect, test, vi } from "vitest";
import {
  byMac,
  byTicket,
  holder,
  known,
  type Look,
  never,
  nobodys,
  openDesk,
  saysOf,
  ticketOf,
} from "../../test/authorizer-desk.ts";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID } from "../../test/box.ts";
import { createKnownDevices } from "./known-devices.ts";

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
    const used = {
      ...holder,
      usage: { ...holder.usage, day: { ...holder.usage.day, seconds: 3600 } },
    };
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
const tell = ({ username, password, nasId, deviceId, mac, policyId, issuedAt }: Ticket): string =>
  JSON.stringify([
    username,
    password,
    nasId,
    deviceId,
    "g",
    mac,
    "x",
    policyId,
    +issuedAt,
    0,
    null,
  ]);

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

  test("is the store's to judge once its use is on the disk, however many were used since", async () => {
    const { ticket } = ticketOf();
    const desk = knownTo(async () => ticketOf({ usedAt: ticket.issuedAt }));
    expect(await desk.ask(byTicket())).toBe("accept");
    desk.write();
    for (let at = 0; at < 10_000; at += 1) {
      const userName = `another-${at}`;
      desk.tickets.keep(tell({ ...ticket, username: userName }), desk.now());
      await desk.ask({ ...byTicket(), userName });
    }
    desk.advance(60);
    expect(await desk.ask(byTicket())).toBe("ticket-used");
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
