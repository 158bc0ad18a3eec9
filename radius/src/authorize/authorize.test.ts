import {
  applySettings,
  closeDueVisits,
  endSession,
  markPageShown,
  startSession,
} from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  coovaOf,
  MAC,
  NAS_ID,
  OTHER_MAC,
  POLICY_ID,
  sampleSettings,
  startTestBox,
  type TestBox,
} from "../../test/box.ts";
import { type AccessOptions, openTestNas, type TestNas } from "../../test/nas.ts";
import { codes, serviceTypes } from "../protocol/dictionary.ts";
import { attribute, findValue } from "../protocol/values.ts";

/** `accept`, the reason of a reject, or `silence`. */
const ask = async (
  box: TestBox,
  nas: TestNas,
  options: AccessOptions,
  by: "pap" | "chap" = "pap",
  waitMs?: number,
) => {
  const reply = await nas.exchange(box.authPort, nas[by](options), waitMs);
  if (!reply) return "silence";
  return reply.code === codes.accessAccept ? "accept" : findValue(reply, "Reply-Message");
};

describe("a ticket", () => {
  test.each(["pap", "chap"] as const)("lets its device in by %s, once", async (by) => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    expect(await ask(box, nas, { userName, password, mac: MAC }, by)).toBe("accept");
    box.advance(31);
    expect(await ask(box, nas, { userName, password, mac: MAC }, by)).toBe("ticket-used");
  });

  test("the same NAS and MAC within 30 seconds get the same answer to a new authenticator", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    expect(await ask(box, nas, { userName, password, mac: MAC })).toBe("accept");
    box.advance(30);
    expect(await ask(box, nas, { userName, password, mac: MAC })).toBe("accept");
    expect(await ask(box, nas, { userName, password, mac: OTHER_MAC })).toBe("ticket-other-device");
  });

  test("another device cannot use it, and does not use it up", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    expect(await ask(box, nas, { userName, password, mac: OTHER_MAC })).toBe("ticket-other-device");
    expect(await ask(box, nas, { userName, password })).toBe("no-calling-station");
    expect(await ask(box, nas, { userName, password, mac: MAC })).toBe("accept");
  });

  test("a wrong password does not use it up", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    for (const by of ["pap", "chap"] as const)
      for (const wrong of ["", `${password}x`, password.slice(1), password.toLowerCase()])
        expect(await ask(box, nas, { userName, password: wrong, mac: MAC }, by)).toBe(
          "wrong-password",
        );
    expect(await ask(box, nas, { userName, password, mac: MAC })).toBe("accept");
  });

  test("another NAS cannot use it", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const other = { nasId: "01990000-0000-7000-8000-000000000019" };
    const { username: userName, password } = box.issueTicketFor(MAC, other);
    expect(await ask(box, nas, { userName, password, mac: MAC })).toBe("ticket-other-nas");
  });

  test("two minutes after it was issued it is worth nothing", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const first = box.issueTicketFor();
    const second = box.issueTicketFor();
    box.advance(120);
    const { username, password } = first;
    expect(await ask(box, nas, { userName: username, password, mac: MAC })).toBe("accept");
    box.advance(1);
    expect(
      await ask(box, nas, { userName: second.username, password: second.password, mac: MAC }),
    ).toBe("ticket-expired");
  });

  test("of many devices that show it at once exactly one gets in", async () => {
    const box = await startTestBox();
    const { username: userName, password } = box.issueTicketFor();
    const controllers = await Promise.all(Array.from({ length: 4 }, () => openTestNas()));
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, at) => {
        const mac = at === 53 ? MAC : `02-00-5E-00-53-${(0x80 + at).toString(16).toUpperCase()}`;
        const by = at % 2 === 0 ? "pap" : "chap";
        const nas = controllers[at % 4] as TestNas;
        return ask(box, nas, { userName, password, mac, identifier: at }, by);
      }),
    );
    expect(answers[53]).toBe("accept");
    expect(answers.filter((answer) => answer === "accept")).toHaveLength(1);
    expect(answers.filter((answer) => answer === "ticket-other-device")).toHaveLength(79);
  });

  test("a policy that has gone from the settings is replaced by the one that fits", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const gone = { policyId: "01990000-0000-7000-8000-000000000089" };
    const { username: userName, password } = box.issueTicketFor(MAC, gone);
    const reply = await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
    expect(reply && findValue(reply, "Session-Timeout")).toBe(14_400);
  });

  test("connects nobody twice: the portal that issued it has told of it", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    await ask(box, nas, { userName, password, mac: MAC });
    expect(box.listEvents("guest.connected")).toEqual([]);
  });
});

/** A guest who has signed in on the portal before; `greet` as the branch wishes. */
const knownDevice = async (greet: BranchSettings["signIn"]["greet"]) => {
  const settings = sampleSettings((each) => {
    each.signIn.greet = greet;
  });
  const box = await startTestBox({ settings });
  const { deviceId, guestId } = box.issueTicketFor();
  return { box, nas: await openTestNas(), deviceId, guestId };
};

const byMac: AccessOptions = { userName: MAC, password: MAC, mac: MAC };

describe("MAC authentication", () => {
  const spellings = [
    ...["AC-00-5E-00-53-01", "ac-00-5e-00-53-01", "AC:00:5E:00:53:01", "ac:00:5e:00:53:01"],
    ...["AC005E005301", "ac005e005301", "AC00.5E00.5301", "ac00.5e00.5301", "ac005e-005301"],
  ];

  test.each(spellings)(
    "User-Name %s with itself as password lets a known device in",
    async (userName) => {
      const { box, nas } = await knownDevice("never");
      const asked = { userName, password: userName, mac: userName };
      for (const by of ["pap", "chap"] as const)
        expect(await ask(box, nas, asked, by)).toBe("accept");
    },
  );

  test("name, password and Calling-Station-Id may each be spelt otherwise", async () => {
    const { box, nas } = await knownDevice("never");
    const asked = { userName: "ac00.5e00.5301", password: "AC-00-5E-00-53-01" };
    const mac = "ac:00:5e:00:53:01";
    for (const by of ["pap", "chap"] as const)
      expect(await ask(box, nas, { ...asked, mac }, by)).toBe("accept");
  });

  test.each(spellings)(
    "User-Name %s with Framed-User or Call-Check lets it in, whatever the password",
    async (userName) => {
      const { box, nas } = await knownDevice("never");
      for (const type of [serviceTypes.framed, serviceTypes.callCheck])
        for (const password of [userName, "", "a password of the NAS"])
          for (const by of ["pap", "chap"] as const) {
            const more = [attribute("Service-Type", type)];
            expect(await ask(box, nas, { userName, password, mac: MAC, more }, by)).toBe("accept");
          }
    },
  );

  test("Framed-User is no MAC authentication where the name is no MAC, nor is Login-User", async () => {
    const { box, nas } = await knownDevice("never");
    const framed = [attribute("Service-Type", serviceTypes.framed)];
    const { username: userName, password } = box.issueTicketFor();
    expect(await ask(box, nas, { userName, password, mac: MAC, more: framed })).toBe("accept");
    const login = [attribute("Service-Type", serviceTypes.login)];
    const typed = { userName: MAC, password: "x", mac: MAC };
    expect(await ask(box, nas, { ...typed, more: login })).toBe("ticket-unknown");
  });

  test("with Framed-User a MAC typed on another device, or none of the NAS's, lets nobody in", async () => {
    const { box, nas } = await knownDevice("never");
    const more = [attribute("Service-Type", serviceTypes.framed)];
    const typed = { userName: MAC, password: "x", more };
    // Whatever the password, it tells nothing of the secret: only a signature does.
    expect(await ask(box, nas, { ...typed, mac: MAC, isSigned: false })).toBe("not-signed");
    expect(await ask(box, nas, { ...typed, mac: OTHER_MAC })).toBe("device-mismatch");
    expect(await ask(box, nas, typed)).toBe("no-calling-station");
  });

  test("Call-Check asks about the device it names, whatever the password (RFC 2865 §5.6)", async () => {
    const { box, nas } = await knownDevice("never");
    const more = [attribute("Service-Type", 10)];
    expect(await ask(box, nas, { userName: MAC, password: "x", more })).toBe("accept");
    expect(await ask(box, nas, { userName: "port-7", password: "", mac: MAC, more })).toBe(
      "accept",
    );
    expect(await ask(box, nas, { userName: MAC, password: "", mac: OTHER_MAC, more })).toBe(
      "device-mismatch",
    );
    expect(await ask(box, nas, { userName: "port-7", password: "", more })).toBe(
      "no-calling-station",
    );
  });

  test("whoever lacks the secret learns of no device and makes nobody known", async () => {
    const { box, nas } = await knownDevice("never");
    const stranger = await openTestNas("not the secret");
    const callCheck = [attribute("Service-Type", 10)];
    const before = box.listEvents();
    for (const mac of [MAC, OTHER_MAC]) {
      const forged = { userName: mac, password: mac, mac, isSigned: false };
      const asked = [
        ...[stranger.pap({ ...forged, more: callCheck }), stranger.chap(forged)],
        stranger.chap({ ...forged, more: callCheck }),
      ];
      // The stranger's bytes, and the answer read with the secret: what it says is the point.
      for (const bytes of asked) {
        const reply = await nas.exchange(box.authPort, bytes);
        expect(reply && findValue(reply, "Reply-Message")).toBe("not-signed");
      }
    }
    expect(box.listEvents()).toEqual(before);
  });

  test("without Message-Authenticator the MAC as PAP password proves the secret", async () => {
    const { box, nas } = await knownDevice("never");
    const unsigned = { ...byMac, isSigned: false };
    expect(await ask(box, nas, unsigned)).toBe("accept");
    const more = [attribute("Service-Type", 10)];
    expect(await ask(box, nas, { ...unsigned, more })).toBe("accept");
    expect(await ask(box, nas, { ...unsigned, mac: OTHER_MAC })).toBe("device-mismatch");
  });

  test("a MAC typed on another device lets nobody in", async () => {
    const { box, nas } = await knownDevice("never");
    expect(await ask(box, nas, { ...byMac, mac: OTHER_MAC })).toBe("device-mismatch");
    expect(await ask(box, nas, { ...byMac, mac: null })).toBe("no-calling-station");
  });

  test("a MAC without its MAC as password is no MAC authentication", async () => {
    const { box, nas } = await knownDevice("never");
    for (const password of ["", "guest", OTHER_MAC])
      expect(await ask(box, nas, { ...byMac, password })).toBe("ticket-unknown");
  });

  test("a guest is told to the cloud once, as recognised by radius and connected", async () => {
    const { box, nas, deviceId, guestId } = await knownDevice("never");
    await ask(box, nas, byMac);
    await ask(box, nas, byMac);
    await box.catchUp();
    const who = { deviceId, guestId, nasId: NAS_ID };
    expect(box.listEvents("device.recognised").map(({ payload }) => payload)).toEqual([
      { ...who, proof: "radius" },
    ]);
    const connected = { ...who, method: "returning", policyId: POLICY_ID };
    expect(box.listEvents("guest.connected").map(({ payload }) => payload)).toEqual([connected]);
    box.advance(31);
    await ask(box, nas, byMac);
    await box.catchUp();
    expect(box.listEvents("device.recognised")).toHaveLength(1);
    expect(box.listEvents("guest.connected")).toHaveLength(2);
  });

  test("when a page is due at each visit, a new arrival is sent to the portal", async () => {
    const { box, nas, deviceId } = await knownDevice("each-visit");
    expect(await ask(box, nas, byMac)).toBe("page-due");
    const session = { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC };
    box.store.transaction((tx) => {
      markPageShown(tx, deviceId);
      startSession(tx, { ...session, at: tx.now });
    });
    expect(await ask(box, nas, byMac)).toBe("accept");
    box.advance(600);
    box.store.transaction((tx) =>
      endSession(tx, { ...session, at: tx.now, cause: "Lost-Carrier" }),
    );
    expect(await ask(box, nas, byMac)).toBe("accept");
    box.advance(60 * 60 + 1);
    box.store.transaction((tx) => closeDueVisits(tx));
    expect(await ask(box, nas, byMac)).toBe("page-due");
  });

  test("when a page is due once a day, the branch's own midnight makes the day", async () => {
    const { box, nas, deviceId } = await knownDevice("once-a-day");
    box.store.transaction((tx) => markPageShown(tx, deviceId));
    expect(await ask(box, nas, byMac)).toBe("accept");
    // The clock stands at 09:00 in Ho Chi Minh City.
    box.advance(14 * 60 * 60 + 3599);
    expect(await ask(box, nas, byMac)).toBe("accept");
    box.advance(1);
    expect(await ask(box, nas, byMac)).toBe("page-due");
  });

  test("a device that was not proved for too long is unknown again", async () => {
    const { box, nas } = await knownDevice("never");
    box.advance(90 * 24 * 60 * 60);
    expect(await ask(box, nas, byMac)).toBe("accept");
    box.advance(90 * 24 * 60 * 60 + 1);
    expect(await ask(box, nas, byMac)).toBe("unknown-device");
  });

  test("part of MC-2.7: the fifth visit gets the policy of five visits, the fourth does not", async () => {
    const settings = sampleSettings((each) => {
      const [everybody] = each.policies;
      if (!everybody) throw new Error("the sample has no policy");
      const when = { methods: [], visitNumberMin: 5 };
      const regular = { ...everybody, id: "01990000-0000-7000-8000-000000000081", when };
      each.policies = [{ ...regular, sessionSeconds: 7200 }, everybody];
      each.signIn.greet = "never";
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    box.issueTicketFor();
    const timeouts: (number | null)[] = [];
    for (let visit = 1; visit <= 5; visit++) {
      const reply = await nas.exchange(box.authPort, nas.pap(byMac));
      timeouts.push(reply && findValue(reply, "Session-Timeout"));
      const session = { nasId: NAS_ID, acctSessionId: `s-${visit}`, mac: MAC };
      box.store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
      box.store.transaction((tx) => endSession(tx, { ...session, at: tx.now, cause: "x" }));
      box.advance(2 * 60 * 60);
    }
    expect(timeouts).toEqual([14_400, 14_400, 14_400, 14_400, 7200]);
  });

  test("where no policy fits, the guest is rejected", async () => {
    const { box, nas } = await knownDevice("never");
    const settings = sampleSettings((each) => {
      each.version += 1;
      each.signIn.greet = "never";
      for (const policy of each.policies) policy.when.methods = ["phone-code"];
    });
    box.store.transaction((tx) => applySettings(tx, settings));
    await box.catchUp();
    expect(await ask(box, nas, byMac)).toBe("no-policy");
  });

  test("a secret changed in the settings is in force from the next look at them on", async () => {
    const { box, nas } = await knownDevice("never");
    expect(await ask(box, nas, byMac)).toBe("accept");
    const settings = sampleSettings((each) => {
      each.version += 1;
      each.signIn.greet = "never";
      coovaOf(each).radiusSecret = "a new secret";
    });
    box.store.transaction((tx) => applySettings(tx, settings));
    await box.catchUp();
    expect(await ask(box, nas, byMac, "pap", 1000)).toBe("silence");
    expect(await ask(box, await openTestNas("a new secret"), byMac)).toBe("accept");
  });
});
