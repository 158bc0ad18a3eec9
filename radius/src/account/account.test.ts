import { closeDueVisits, endOverdueSessions, listOpenSessions } from "@foyer/branch-store";
import { describe, expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID, startTestBox, type TestBox } from "../../test/box.ts";
import { openTestNas, type TestNas } from "../../test/nas.ts";
import { codes, statusTypes } from "../protocol/dictionary.ts";
import type { RawAttribute } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { silenceAllowed } from "./account.ts";

const { start, interim, stop, on, off } = statusTypes;

type Report = { status: number; id?: string; mac?: string; more?: RawAttribute[] };

const openAccounting = async () => {
  const box = await startTestBox();
  const nas = await openTestNas();
  const report = async ({ status, id = "s-1", mac = MAC, more = [] }: Report) => {
    const attributes = [attribute("Acct-Status-Type", status), ...more];
    if (status !== on && status !== off)
      attributes.push(attribute("Acct-Session-Id", id), attribute("Calling-Station-Id", mac));
    return (await nas.exchange(box.acctPort, nas.accounting(attributes)))?.code ?? null;
  };
  return { box, nas, report };
};

const usage = (seconds: number, upload = 0, download = 0) => [
  attribute("Acct-Session-Time", seconds),
  attribute("Acct-Input-Octets", upload),
  attribute("Acct-Output-Octets", download),
];

const listOpen = (box: TestBox) => box.store.read(listOpenSessions);
const payloads = (box: TestBox, type: string) => box.listEvents(type).map((each) => each.payload);

describe("accounting (RFC 2866)", () => {
  test("§4.1: what is answered is stored, readable by another process at that moment", async () => {
    const { box, report } = await openAccounting();
    expect(await report({ status: start })).toBe(codes.accountingResponse);
    expect(listOpen(box)).toMatchObject([{ acctSessionId: "s-1", nasAddress: "127.0.0.1" }]);
  });

  test("a Start that comes at once after its log-in is the ticket's, though the NAS sends no Class", async () => {
    const { box, nas, report } = await openAccounting();
    const { username, password, guestId } = box.issueTicketFor();
    await nas.exchange(box.authPort, nas.pap({ userName: username, password, mac: MAC }));
    await report({ status: start, more: [attribute("User-Name", username)] });
    expect(listOpen(box)).toMatchObject([{ guestId, policyId: POLICY_ID }]);
  });

  test("a MAC nobody has seen becomes a device seen by radius, in any form it is written", async () => {
    const { box, report } = await openAccounting();
    await report({ status: start, mac: "ac00.5e00.5301" });
    expect(payloads(box, "device.seen")).toMatchObject([{ mac: MAC, by: "radius" }]);
    expect(payloads(box, "visit.started")).toHaveLength(1);
  });

  test("§5.3, RFC 2869 §5.1: input is the guest's upload, and Gigawords count its wraps", async () => {
    const { box, report } = await openAccounting();
    const wraps = [attribute("Acct-Input-Gigawords", 1), attribute("Acct-Output-Gigawords", 3)];
    await report({ status: start });
    await report({ status: interim, more: [...usage(60, 5, 7), ...wraps] });
    expect(payloads(box, "session.updated")).toMatchObject([
      { connectedSeconds: 60, uploadBytes: 2 ** 32 + 5, downloadBytes: 3 * 2 ** 32 + 7 },
    ]);
  });

  test("§5.2: a retransmission with a new id and Acct-Delay-Time changes nothing", async () => {
    const { box, report } = await openAccounting();
    await report({ status: start });
    box.advance(600);
    await report({ status: stop, more: usage(600, 1, 2) });
    const before = box.listEvents();
    box.advance(10);
    const again = [...usage(600, 1, 2), attribute("Acct-Delay-Time", 10)];
    expect(await report({ status: stop, more: again })).toBe(codes.accountingResponse);
    expect(box.listEvents()).toEqual(before);
  });

  test("§5.2: what was delayed is dated when it happened", async () => {
    const { box, report } = await openAccounting();
    box.advance(300);
    await report({ status: start, more: [attribute("Acct-Delay-Time", 300)] });
    expect(payloads(box, "visit.started")).toMatchObject([
      { startedAt: "2026-03-01T02:00:00.000Z" },
    ]);
  });

  test("§5.2: a delay beyond a week is a NAS's mistake", async () => {
    const { box, report } = await openAccounting();
    await report({ status: start, more: [attribute("Acct-Delay-Time", 0xffffffff)] });
    expect(payloads(box, "visit.started")).toMatchObject([
      { startedAt: "2026-02-22T02:00:00.000Z" },
    ]);
  });

  test("a Stop whose Start was lost makes the whole session", async () => {
    const { box, report } = await openAccounting();
    box.advance(900);
    const more = [...usage(900, 11, 22), attribute("Acct-Terminate-Cause", 4)];
    await report({ status: stop, more });
    expect(payloads(box, "session.ended")).toMatchObject([
      {
        startedAt: "2026-03-01T02:00:00.000Z",
        endedAt: "2026-03-01T02:15:00.000Z",
        ...{ connectedSeconds: 900, uploadBytes: 11, downloadBytes: 22, cause: "Idle-Timeout" },
      },
    ]);
  });

  test("a Start that overtakes nothing and comes after its Stop opens nothing again", async () => {
    const { box, report } = await openAccounting();
    box.advance(600);
    await report({ status: stop, more: usage(600) });
    await report({ status: start, more: [attribute("Acct-Delay-Time", 600)] });
    expect(listOpen(box)).toEqual([]);
    expect(payloads(box, "visit.started")).toHaveLength(1);
  });

  test("§5.5: an Acct-Session-Id is of one NAS and one device", async () => {
    const { box, report } = await openAccounting();
    await report({ status: start, mac: MAC });
    await report({ status: start, mac: OTHER_MAC });
    expect(listOpen(box)).toHaveLength(2);
  });

  test.each([
    [on, "NAS-Reboot"],
    [off, "Admin-Reboot"],
  ])("§5.1: status %i closes what was open on its NAS as %s", async (status, cause) => {
    const { box, report } = await openAccounting();
    await report({ status: start });
    await report({ status: start, id: "s-2", mac: OTHER_MAC });
    expect(await report({ status })).toBe(codes.accountingResponse);
    expect(listOpen(box)).toEqual([]);
    expect(payloads(box, "session.ended")).toMatchObject([{ cause }, { cause }]);
  });

  test("§5.1: a restart that is told late closes nothing that began after it", async () => {
    const { box, report } = await openAccounting();
    await report({ status: start, mac: OTHER_MAC });
    box.advance(60);
    await report({ status: start, id: "s-2" });
    await report({ status: on, more: [attribute("Acct-Delay-Time", 30)] });
    expect(listOpen(box)).toMatchObject([{ acctSessionId: "s-2" }]);
  });

  test("figures that no session can have are answered, passed over, and stop no visit's end", async () => {
    const { box, report } = await openAccounting();
    const beyond = [
      ...usage(0xffffffff, 0xffffffff, 0xffffffff),
      attribute("Acct-Input-Gigawords", 0xffffffff),
      attribute("Acct-Output-Gigawords", 0x40000000),
    ];
    await report({ status: start });
    box.advance(60);
    await report({ status: interim, more: usage(60, 5, 7) });
    expect(await report({ status: interim, more: beyond })).toBe(codes.accountingResponse);
    expect(await report({ status: stop, more: beyond })).toBe(codes.accountingResponse);
    expect(await report({ status: stop, id: "s-2", mac: OTHER_MAC, more: beyond })).toBe(
      codes.accountingResponse,
    );
    box.advance(2 * 60 * 60);
    expect(box.store.transaction((tx) => closeDueVisits(tx))).toBe(2);
    expect(payloads(box, "visit.ended")).toMatchObject([
      { connectedSeconds: 60, uploadBytes: 5, downloadBytes: 7 },
      { startedAt: "2026-03-01T02:01:00.000Z", uploadBytes: 0 },
    ]);
  });

  test("attributes of unknown kinds and vendors are passed over", async () => {
    const { box, report } = await openAccounting();
    const more = [
      { vendor: 0, type: 241, value: Buffer.of(1, 2, 3) },
      { vendor: 99_999, type: 7, value: Buffer.from("x") },
      { vendor: 0, type: 26, value: Buffer.of(0, 0, 0) },
      attribute("Framed-IPv6-Prefix", "2001:db8::/64"),
    ];
    expect(await report({ status: start, more })).toBe(codes.accountingResponse);
    expect(listOpen(box)).toHaveLength(1);
  });
});

test("a NAS that reports each hour, and once twice, keeps its sessions", async () => {
  const { box, report } = await openAccounting();
  await report({ status: start });
  for (const hour of [1, 2, 3]) {
    box.advance(3600);
    await report({ status: interim, more: usage(hour * 3600) });
    const again = [...usage(hour * 3600), attribute("Acct-Delay-Time", 4)];
    box.advance(4);
    await report({ status: interim, more: again });
    expect(box.store.transaction((tx) => endOverdueSessions(tx))).toBe(0);
    box.advance(-4);
  }
  box.advance(3000);
  expect(box.store.transaction((tx) => endOverdueSessions(tx))).toBe(0);
});

test("a lost interim before a lost Stop leaves a session no longer believed than any other", async () => {
  const { box, report } = await openAccounting();
  await report({ status: start });
  for (const [after, seconds] of [
    [600, 600],
    [1200, 1800],
  ] as const) {
    box.advance(after);
    await report({ status: interim, more: usage(seconds) });
  }
  box.advance(1800);
  expect(box.store.transaction((tx) => endOverdueSessions(tx))).toBe(0);
  box.advance(1);
  expect(box.store.transaction((tx) => endOverdueSessions(tx))).toBe(1);
  expect(payloads(box, "session.ended")).toMatchObject([{ endedAt: "2026-03-01T02:30:00.000Z" }]);
});

describe("accounting that has nothing to store is answered, and counted by its reason", () => {
  const send = async (attributes: RawAttribute[]) => {
    const { box, nas } = await openAccounting();
    const reply = await nas.exchange(box.acctPort, (nas as TestNas).accounting(attributes));
    expect(box.listEvents()).toEqual([]);
    return [reply?.code, box.health().nas[NAS_ID]?.passedOver];
  };
  const status = attribute("Acct-Status-Type", start);
  const id = attribute("Acct-Session-Id", "s-1");

  test("§5.5: no Acct-Session-Id", async () => {
    expect(await send([status, attribute("Calling-Station-Id", MAC)])).toEqual([
      codes.accountingResponse,
      { "no-session-id": 1 },
    ]);
  });

  test("no device, in Calling-Station-Id or User-Name", async () => {
    const nobody = [attribute("User-Name", "admin"), attribute("Calling-Station-Id", "console")];
    expect(await send([status, id, ...nobody])).toEqual([
      codes.accountingResponse,
      { "no-device": 1 },
    ]);
  });

  test("§5.1: a status of tunnels, or none", async () => {
    const tunnel = attribute("Acct-Status-Type", 9);
    expect(await send([tunnel, id])).toEqual([
      codes.accountingResponse,
      { "other-status-type": 1 },
    ]);
    expect(await send([id])).toEqual([codes.accountingResponse, { "other-status-type": 1 }]);
  });
});

describe("how long a silent session is believed", () => {
  const session = (lastActivityAt: Date, silentAfterSeconds: number | null = null) => ({
    ...{ lastActivityAt, silentAfterSeconds },
  });
  const report = { at: new Date("2026-03-01T03:00:00Z") };

  test("three of its NAS's own intervals, at least three of those asked for", () => {
    expect(silenceAllowed(session(new Date("2026-03-01T02:59:00Z")), report)).toBe(1800);
    expect(silenceAllowed(session(new Date("2026-03-01T02:00:00Z")), report)).toBe(3 * 3600);
  });

  test("a doubled report measures nothing: what was believed stays", () => {
    expect(silenceAllowed(session(report.at), report)).toBeNull();
    expect(silenceAllowed(session(new Date("2026-03-01T02:59:30Z")), report)).toBeNull();
  });

  test("by the shortest of its intervals: one that lost interims made longer counts for nothing", () => {
    const atTwo = new Date("2026-03-01T02:00:00Z");
    expect(silenceAllowed(session(atTwo, 2 * 3600), report)).toBe(2 * 3600);
    expect(silenceAllowed(session(atTwo, 24 * 3600), report)).toBe(3 * 3600);
  });

  test("longer where its NAS is heard after all the silence that was allowed, as it reports", () => {
    const anHourAgo = new Date("2026-03-01T02:00:00Z");
    expect(silenceAllowed(session(anHourAgo, 1800), report)).toBe(3 * 3600);
    expect(silenceAllowed(session(anHourAgo, 3600), report)).toBe(3 * 3600);
    expect(silenceAllowed(session(anHourAgo, 3601), report)).toBe(3601);
  });

  test("as long as it has lasted, three times, where its Start was lost", () => {
    expect(silenceAllowed(null, { ...report, connectedSeconds: 300 })).toBe(1800);
    expect(silenceAllowed(null, { ...report, connectedSeconds: 3600 })).toBe(3 * 3600);
  });

  test("a day at the most, and where nothing was measured", () => {
    expect(silenceAllowed(null, report)).toBe(24 * 3600);
    expect(silenceAllowed(session(new Date("2026-02-20T00:00:00Z")), report)).toBe(24 * 3600);
  });
});
