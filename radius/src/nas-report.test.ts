import { describe, expect, test, vi } from "vitest";
import { MAC, NAS_ID, OTHER_MAC } from "../test/box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../test/disconnect-nas.ts";
import { startLiveBox } from "../test/live.ts";
import { openTestNas } from "../test/nas.ts";
import { openRadsecNas, startRadsecBox } from "../test/radsec-nas.ts";
import { faultOf, logIn, report, session, startBoxOf } from "../test/report.ts";
import { codes } from "./protocol/dictionary.ts";
import { attribute } from "./protocol/values.ts";

const anybody = { userName: "nobody", password: "x", mac: MAC };

describe("an access point that is set up right", () => {
  test("is told to be, in words, and all is well", async () => {
    const box = await startBoxOf();
    const nas = await logIn(box);
    const stamp = [attribute("Event-Timestamp", new Date())];
    await nas.exchange(box.acctPort, nas.accounting(session(3, stamp)));
    const { text, isWell, wrong } = await report(box);
    expect(wrong).toEqual([]);
    expect(isWell).toBe(true);
    for (const each of [
      `Ground floor (127.0.0.1/32, ${NAS_ID})`,
      "ok     The RADIUS server is ready.",
      "ok     It has the right secret.",
      "ok     Its log-ins carry Message-Authenticator.",
      "ok     Interim updates come, last ",
      "ok     Its clock agrees with the box's.",
      "note   It has no Disconnect port",
      "1 log-in answer: half within ",
      "All is well.",
    ])
      expect(text).toContain(each);
  });

  test("by name or id is told of alone, and what came while watching is told", async () => {
    const box = await startBoxOf();
    const watched = () => void logIn(box);
    const asked = { wanted: "ground FLOOR", seconds: 2, watched };
    const { text, isWell } = await report(box, asked);
    expect(text).toContain("connect a phone to the Wi-Fi now");
    expect(text).toContain("While watching: 2 requests, 1 let in, 0 refused, 1 accounting record.");
    expect(isWell).toBe(true);
    expect((await report(box, { wanted: NAS_ID })).isWell).toBe(true);
    const other = await report(box, { wanted: "Attic" });
    expect(other).toMatchObject({ isWell: false, text: expect.stringContaining("Ground floor") });
  });
});

describe("an access point that was never heard of", () => {
  test("is told with the unknown address that claims its name", async () => {
    const box = await startBoxOf({ source: "10.1.0.6", nasIdentifier: "AP-2" });
    for (const [address, name] of [
      ["127.0.0.7", "ap-2"],
      ["127.0.0.8", "till"],
    ] as const) {
      const nas = await openTestNas("whatever", address);
      const more = [attribute("NAS-Identifier", name)];
      await nas.exchange(box.authPort, nas.pap({ ...anybody, more }), 50);
    }
    const fault = await faultOf(box);
    expect(fault).toContain("127.0.0.7 sends packets with the name ap-2: is that it?");
    expect(fault).not.toContain("till");
  });

  test("is told with all unknown addresses where none claims its name", async () => {
    const box = await startBoxOf({ source: "10.1.0.6" });
    const nas = await openTestNas("whatever", "127.0.0.7");
    await nas.exchange(box.acctPort, nas.accounting(session(1)), 50);
    expect(await faultOf(box)).toContain("Unknown addresses ask: 127.0.0.7. Is one of them it?");
  });

  test("is told with what to check where nobody asks", async () => {
    const fault = await faultOf(await startBoxOf());
    expect(fault).toContain("Nobody unknown asks either: check the RADIUS server's address");
  });

  test("may claim a name that would steer a terminal: nothing of it gets there", async () => {
    const box = await startBoxOf({ source: "10.1.0.6" });
    const nas = await openTestNas("whatever", "127.0.0.7");
    const more = [attribute("NAS-Identifier", "\u001b[2J\u202eevil\u009b\n")];
    await nas.exchange(box.authPort, nas.pap({ ...anybody, more }), 50);
    const { text } = await report(box);
    expect(text).toContain("?[2J?evil??");
    expect(text).not.toMatch(/\p{Cf}|(?!\n)\p{Cc}/u);
  });

  test("has a source that is no address", async () => {
    const { wrong } = await report(await startBoxOf({ source: "ap.local" }));
    expect(wrong[0]).toContain('Its source "ap.local" is neither an address nor a network');
  });

  test("has a certificate with a name that no setting has (RadSec)", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox(
      { source: "", disconnectPort: null },
      {},
      { statusPort: 0, startsAt: new Date() },
    );
    const nas = await openRadsecNas(radsecPort, certificates, { names: { common: "ap-9.test" } });
    await nas.closed;
    const fault = await faultOf(box);
    expect(fault).toContain("127.0.0.1 (with the name ap-9.test)");
    expect(fault).toContain("Put its certificate's name in the settings as RadSec name.");
  });

  test("has no certificate of the CA that is set (RadSec)", async () => {
    const change = { source: "", disconnectPort: null };
    const options = { statusPort: 0, startsAt: new Date() };
    const { box, certificates, radsecPort } = await startRadsecBox(change, {}, options);
    const nas = await openRadsecNas(radsecPort, certificates, { names: null });
    await nas.closed;
    expect(await faultOf(box)).toContain("127.0.0.1 (by RadSec, with no certificate of the CA");
  });

  test("is to come by RadSec, which the box does not offer", async () => {
    const { wrong } = await report(await startBoxOf({ source: "", radsecName: "ap-1.test" }));
    expect(wrong[0]).toContain("Set FOYER_RADIUS_RADSEC_PORT");
  });
});

describe("an access point that is set up wrong", () => {
  test("has another secret for log-ins", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas("mistyped");
    for (let each = 0; each < 3; each++) await nas.exchange(box.authPort, nas.pap(anybody), 30);
    const fault = await faultOf(box);
    expect(fault).toContain("Its log-ins have another secret: 3 packets in a row");
    expect(fault).toContain("into the access point, for authentication.");
  });

  test("has another secret for accounting alone", async () => {
    const box = await startBoxOf();
    await logIn(box, { isAccounted: false });
    const nas = await openTestNas("mistyped");
    await nas.exchange(box.acctPort, nas.accounting(session(1)), 30);
    expect(await faultOf(box)).toContain("Its accounting has another secret: 1 packet in a row");
  });

  test("sends no Message-Authenticator (CVE-2024-3596)", async () => {
    const box = await startBoxOf();
    await logIn(box, { isSigned: false });
    const fault = await faultOf(box);
    expect(fault).toContain("come without Message-Authenticator:");
    expect(fault).toContain('then set it to "yes" in the settings');
  });

  test("is set to sign and does not: its log-ins are dropped", async () => {
    const box = await startBoxOf({ messageAuthenticator: "yes" });
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.pap({ ...anybody, isSigned: false }), 30);
    expect(await faultOf(box)).toContain("without Message-Authenticator (1 dropped)");
  });

  test("may go without Message-Authenticator where the settings accept the risk", async () => {
    const box = await startBoxOf({ messageAuthenticator: "no" });
    await logIn(box, { isSigned: false });
    const { isWell, text } = await report(box);
    expect(isWell).toBe(true);
    expect(text).toContain(
      "note   Its log-ins come without Message-Authenticator, and the settings",
    );
  });

  test("sends no accounting", async () => {
    const box = await startBoxOf();
    await logIn(box, { isAccounted: false });
    expect((await report(box)).isWell).toBe(true);
    box.advance(30);
    expect(await faultOf(box)).toContain("1 log-in let in and no accounting: visits are not known");
  });

  test("sends accounting that no visit can be made of", async () => {
    const box = await startBoxOf();
    const nas = await logIn(box, { isAccounted: false });
    await nas.exchange(box.acctPort, nas.accounting(session(1, [], null)));
    expect(await faultOf(box)).toContain("without the device's MAC (Calling-Station-Id)");
  });

  test("sends no interim updates, so that visits end late", async () => {
    const box = await startBoxOf();
    await logIn(box);
    box.advance(1259);
    expect((await report(box)).isWell).toBe(true);
    box.advance(2);
    expect(await faultOf(box)).toContain(
      "1 session went on for more than 20 minutes without an interim",
    );
  });

  test("sends interim updates of others: a guest who left without a word is no fault of its", async () => {
    const box = await startBoxOf();
    await logIn(box);
    box.advance(1200);
    const nas = await logIn(box, { mac: OTHER_MAC });
    await nas.exchange(box.acctPort, nas.accounting(session(3, [], OTHER_MAC)));
    box.advance(100);
    expect((await report(box)).isWell).toBe(true);
  });

  test.each([
    // The box's clock stands since its start, some seconds ago.
    [-3700, "1 hour slow"],
    [7300, "2 hours fast"],
  ])("has a clock that is off by %i seconds", async (seconds, told) => {
    const box = await startBoxOf();
    const nas = await logIn(box);
    const stamp = new Date(Date.now() + seconds * 1000);
    await nas.exchange(
      box.acctPort,
      nas.accounting(session(3, [attribute("Event-Timestamp", stamp)])),
    );
    expect(await faultOf(box)).toContain(`Its clock is ${told}`);
  });

  test("has log-ins and accounting in each other's place", async () => {
    const box = await startBoxOf();
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.accounting(session(1)), 30);
    await nas.exchange(box.acctPort, nas.pap(anybody), 30);
    const { wrong } = await report(box);
    expect(wrong).toEqual([
      expect.stringContaining(`Set its accounting port to ${box.acctPort}.`),
      expect.stringContaining(`Set its authentication port to ${box.authPort}.`),
    ]);
  });
});

/** Only who is silent is waited for in vain: a busy machine's NAS takes its time to answer. */
const patienceWith = (outcome: string) => (outcome === "timed-out" ? { waitSeconds: [0.05] } : {});

describe("its Disconnect port", () => {
  const endByPolicy = async (portNumber: number, outcome: string) => {
    const more = { ...patienceWith(outcome), statusPort: 0, startsAt: new Date() };
    const live = await startLiveBox({ portNumber, policy: { sessionBytes: 1000 }, ...more });
    await live.connect("s-1");
    await live.interim("s-1", 2000);
    await vi.waitFor(() => expect(live.box.health().disconnects).toHaveProperty(outcome), 20_000);
    return (await report(live.box)).text;
  };

  test("is silent", async () => {
    const nas = await listenForDisconnects(() => null);
    const text = await endByPolicy(nas.portNumber, "timed-out");
    expect(text).toContain(`WRONG  Its Disconnect port ${nas.portNumber} is silent.`);
  });

  test("refuses", async () => {
    const nas = await listenForDisconnects((request) =>
      replyTo(request, codes.disconnectNak, [attribute("Error-Cause", 501)]),
    );
    const text = await endByPolicy(nas.portNumber, "refused 501");
    expect(text).toContain("refuses to end sessions (Error-Cause: 501)");
  });

  test("answers, and be it that it knows no such session", async () => {
    const nas = await listenForDisconnects((request) =>
      replyTo(request, codes.disconnectNak, [attribute("Error-Cause", 503)]),
    );
    const text = await endByPolicy(nas.portNumber, "refused 503");
    expect(text).toContain(`ok     Its Disconnect port ${nas.portNumber} answers.`);
  });
});

describe("its orders to hold a session to other limits", () => {
  const changePolicy = async (answer: Answer, outcome: string) => {
    const nas = await listenForDisconnects(answer);
    const more = { ...patienceWith(outcome), statusPort: 0, startsAt: new Date() };
    const live = await startLiveBox({ portNumber: nas.portNumber, ...more });
    await live.connect("s-1");
    live.change((next) => {
      next.policies = next.policies.map((policy) => ({ ...policy, sessionSeconds: 7200 }));
    });
    await vi.waitFor(() => expect(live.box.health().changes).toHaveProperty([outcome]), 20_000);
    return { ...(await report(live.box)), portNumber: nas.portNumber };
  };

  test("are obeyed", async () => {
    const { text } = await changePolicy(
      (request) => replyTo(request, codes.coaAck),
      "acknowledged",
    );
    expect(text).toContain("ok     It holds sessions that go on to new limits (CoA).");
    expect(text).not.toContain("was not needed");
  });

  test("are refused", async () => {
    const { wrong, portNumber } = await changePolicy(
      (request) => replyTo(request, codes.coaNak, [attribute("Error-Cause", 401)]),
      "refused 401",
    );
    expect(wrong).toEqual([
      expect.stringContaining(
        `refuses CoA-Requests at port ${portNumber} (Error-Cause: 401): new limits hold from the next`,
      ),
    ]);
  });

  test("meet a silent port, which is then at fault for all orders", async () => {
    const { wrong, portNumber } = await changePolicy(() => null, "timed-out");
    expect(wrong).toEqual([
      expect.stringContaining(`Its Disconnect port ${portNumber} is silent.`),
    ]);
  });
});
