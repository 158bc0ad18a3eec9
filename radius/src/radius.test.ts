import { setTimeout as sleep } from "node:timers/promises";
import {
  applyKnownGuests,
  closeDueVisits,
  findTicket,
  listOpenSessions,
} from "@foyer/branch-store";
import { pino } from "pino";
import { describe, expect, test, vi } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, sampleSettings, startTestBox } from "../test/box.ts";
import { openTestNas } from "../test/nas.ts";
import { lockStore } from "../test/store-lock.ts";
import { codes } from "./protocol/dictionary.ts";
import { attribute, findValue } from "./protocol/values.ts";

const startRecord = [
  attribute("Acct-Status-Type", 1),
  attribute("Acct-Session-Id", "s-1"),
  attribute("Calling-Station-Id", MAC),
];

describe("while another process holds the store's lock", () => {
  test("accounting is met with silence until it can be stored (RFC 2866 §4.1)", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const record = nas.accounting(startRecord);
    const unlock = await lockStore(box.folder);
    expect(await nas.exchange(box.acctPort, record, 7000)).toBeNull();
    await unlock();
    expect(box.health().nas[NAS_ID]).toMatchObject({ stored: 0, drops: { "store-failed": 1 } });
    expect((await nas.exchange(box.acctPort, record))?.code).toBe(codes.accountingResponse);
    expect(box.store.read(listOpenSessions)).toHaveLength(1);
  });

  test("guests get in all the same, each ticket once, and it is kept afterwards", async () => {
    const settings = sampleSettings((each) => {
      each.signIn.greet = "never";
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor(OTHER_MAC);
    box.issueTicketFor(MAC);
    const unlock = await lockStore(box.folder);
    const ask = async (bytes: Buffer) => {
      const reply = await nas.exchange(box.authPort, bytes);
      return reply && (findValue(reply, "Reply-Message") ?? reply.code);
    };
    const byTicket = () => ask(nas.pap({ userName, password, mac: OTHER_MAC }));
    expect(await byTicket()).toBe(codes.accessAccept);
    expect(await ask(nas.pap({ userName: MAC, password: MAC, mac: MAC }))).toBe(codes.accessAccept);
    box.advance(31);
    expect(await byTicket()).toBe("ticket-used");
    expect(box.listEvents("guest.connected")).toEqual([]);
    await unlock();
    await box.catchUp();
    expect(box.listEvents("guest.connected")).toHaveLength(1);
    expect(box.store.read((tx) => findTicket(tx, userName))?.usedAt).not.toBeNull();
  });
});

describe("the memory of the event loop", () => {
  test("takes up at once what another process has changed about a device it lets in", async () => {
    const group = "01990000-0000-7000-8000-0000000000d1";
    const settings = sampleSettings((each) => {
      const [everybody] = each.policies;
      if (!everybody) throw new Error("the sample has no policy");
      const id = "01990000-0000-7000-8000-000000000081";
      const when = { methods: [], visitNumberMin: null, groups: [group] };
      each.policies = [{ ...everybody, id, when, sessionSeconds: 7200 }, everybody];
      each.signIn.greet = "never";
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    const { guestId } = box.issueTicketFor(MAC);
    const ask = async () => {
      const request = nas.pap({ userName: MAC, password: MAC, mac: MAC });
      const reply = await nas.exchange(box.authPort, request);
      return reply && findValue(reply, "Session-Timeout");
    };
    for (let asked = 0; asked < 3; asked++) expect(await ask()).toBe(14_400);
    const guest = { customerId: group, phoneHash: "0".repeat(64), guestIds: [guestId] };
    box.store.transaction((tx) =>
      applyKnownGuests(tx, {
        ...{ position: 1, complete: true, key: "a".repeat(44), removed: [], countedThrough: null },
        guests: [{ ...guest, name: null, language: null, visits: 0, groups: [group] }],
      }),
    );
    // The box's clock stands: without being told, memory would be believed for ever.
    await vi.waitFor(async () => expect(await ask()).toBe(7200), 20_000);
  });
});

test("a stop while the store is locked ends, and tells how much of log-ins is lost", async () => {
  const lines: { msg: string; writes?: number }[] = [];
  const write = (line: string) => lines.push(JSON.parse(line));
  const box = await startTestBox({ log: pino({ level: "error" }, { write }) });
  const nas = await openTestNas();
  const { username: userName, password } = box.issueTicketFor();
  const unlock = await lockStore(box.folder);
  const request = nas.pap({ userName, password, mac: MAC });
  expect((await nas.exchange(box.authPort, request))?.code).toBe(codes.accessAccept);
  await box.close();
  expect(lines.filter(({ writes }) => writes !== undefined)).toMatchObject([{ writes: 1 }]);
  await unlock();
}, 120_000);

describe("the running server", () => {
  test("closes the visits that are over and the sessions that are dead by itself", async () => {
    const box = await startTestBox({ housekeepingSeconds: 0.01 });
    const nas = await openTestNas();
    await nas.exchange(box.acctPort, nas.accounting(startRecord));
    box.advance(24 * 60 * 60 + 1);
    while (box.listEvents("visit.ended").length === 0) await sleep(5);
    expect(box.listEvents("session.ended")).toMatchObject([{ payload: { cause: "Lost-Contact" } }]);
  });

  test("after hours in which it did not run, it hears its sessions before it ends any", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const report = (portNumber: number, seconds: number) =>
      nas.exchange(
        portNumber,
        nas.accounting([
          ...[attribute("Acct-Status-Type", 3), attribute("Acct-Session-Time", seconds)],
          ...startRecord.slice(1),
        ]),
      );
    await nas.exchange(box.acctPort, nas.accounting(startRecord));
    box.advance(600);
    await report(box.acctPort, 600);
    await box.close();
    box.advance(3 * 60 * 60);
    const again = await box.startAgain({ housekeepingSeconds: 0.01 });
    await sleep(100);
    expect(box.store.read(listOpenSessions)).toHaveLength(1);
    await report(again.acctPort, 600 + 3 * 60 * 60);
    expect(box.listEvents("session.ended")).toEqual([]);
    box.advance(24 * 60 * 60 + 1);
    while (box.listEvents("visit.ended").length === 0) await sleep(5);
    expect(box.listEvents("visit.started")).toHaveLength(1);
  });

  test("after a restart it goes on counting the silence it has heard", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const told = [attribute("Acct-Status-Type", 3), attribute("Acct-Session-Time", 600)];
    await nas.exchange(box.acctPort, nas.accounting([...told, ...startRecord.slice(1)]));
    box.advance(1700);
    const other = [
      ...[attribute("Acct-Status-Type", 1), attribute("Acct-Session-Id", "s-2")],
      attribute("Calling-Station-Id", OTHER_MAC),
    ];
    await nas.exchange(box.acctPort, nas.accounting(other));
    await box.close();
    box.advance(60);
    await box.startAgain({ housekeepingSeconds: 0.01 });
    await sleep(100);
    expect(box.listEvents("session.ended")).toEqual([]);
    box.advance(601);
    while (box.listEvents("session.ended").length === 0) await sleep(5);
    expect(box.store.read(listOpenSessions)).toMatchObject([{ acctSessionId: "s-2" }]);
  });

  test("a session past its time limit ends though its NAS says nothing", async () => {
    const box = await startTestBox({ housekeepingSeconds: 0.01 });
    const nas = await openTestNas();
    const { username: userName, password } = box.issueTicketFor();
    const accept = await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
    const given = accept && findValue(accept, "Class");
    if (!given) throw new Error("no Class in the Access-Accept");
    // RFC 2865 §5.25: the NAS sends Class back unchanged.
    await nas.exchange(box.acctPort, nas.accounting([...startRecord, attribute("Class", given)]));
    box.advance(14_400 + 61);
    while (box.listEvents("session.ended").length === 0) await sleep(5);
    expect(box.listEvents("session.ended")).toMatchObject([
      { payload: { cause: "Session-Timeout", connectedSeconds: 14_400 } },
    ]);
  });

  test("a storm of log-ins after a power cut leaves none unanswered", async () => {
    const box = await startTestBox();
    const controllers = await Promise.all([openTestNas(), openTestNas()]);
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, at) => {
        const mac = `AC-00-5E-00-${hex(at >> 8)}-${hex(at & 255)}`;
        const nas = controllers[at % 2];
        if (!nas) throw new Error("no NAS");
        const request = { userName: mac, password: mac, mac, identifier: (at >> 1) % 256 };
        return nas.exchange(box.authPort, nas.pap(request));
      }),
    );
    expect(answers.filter((answer) => answer?.code === codes.accessReject)).toHaveLength(500);
  });

  test("stops with everything answered that it had taken", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const answers = [1, 2, 3].map((each) =>
      nas.exchange(box.acctPort, nas.accounting([...startRecord, attribute("NAS-Port", each)])),
    );
    while ((box.health().nas[NAS_ID]?.requests ?? 0) < answers.length) await sleep(1);
    await box.close();
    expect((await Promise.all(answers)).map((each) => each?.code)).toEqual([5, 5, 5]);
    expect(await nas.exchange(box.acctPort, nas.accounting(startRecord), 200)).toBeNull();
    box.store.transaction((tx) => closeDueVisits(tx));
  });

  test("on :: an IPv4 NAS is known by its IPv4 address", async () => {
    const box = await startTestBox({ host: "::" });
    const nas = await openTestNas();
    await nas.exchange(box.acctPort, nas.accounting(startRecord));
    expect(box.store.read(listOpenSessions)).toMatchObject([{ nasAddress: "127.0.0.1" }]);
  });

  test("a port that is taken is named, with what to do", async () => {
    const box = await startTestBox();
    await expect(startTestBox({ authPort: box.authPort })).rejects.toThrow(
      `UDP port ${box.authPort} on 127.0.0.1 is taken: stop what uses it, or set another port`,
    );
    await expect(startTestBox({ acctPort: box.acctPort })).rejects.toThrow("is taken");
  });
});

const hex = (octet: number) => octet.toString(16).padStart(2, "0").toUpperCase();
