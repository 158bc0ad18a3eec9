import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { applySettings, listOpenSessions, listSigningNas } from "@foyer/branch-store";
import { describe, expect, onTestFinished, test } from "vitest";
import { coovaOf, MAC, NAS_ID, sampleSettings, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { makeRadsecCertificates } from "../../test/radsec-certificates.ts";
import { NAS_NAME, openRadsecNas, startRadsecBox } from "../../test/radsec-nas.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { attribute, findValue } from "../protocol/values.ts";

/** Makes packets with the secret that RFC 6614 §2.3 gives to all. */
const openPackets = () => openTestNas("radsec");
const anybody = { userName: "nobody", password: "x", mac: MAC };
const startRecord = [
  attribute("Acct-Status-Type", 1),
  attribute("Acct-Session-Id", "s-1"),
  attribute("Calling-Station-Id", MAC),
];

describe("RFC 6614: a NAS that comes by TLS with a certificate", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "§2.1: logs guests in and accounts for them on one port and connection, by %s",
    async (version) => {
      const { box, certificates, radsecPort } = await startRadsecBox();
      const packets = await openPackets();
      const tls = { minVersion: version, maxVersion: version };
      const nas = await openRadsecNas(radsecPort, certificates, tls);
      expect(nas.socket.getProtocol()).toBe(version);
      const { username: userName, password } = box.issueTicketFor();
      const reply = await nas.exchange(packets.pap({ userName, password, mac: MAC }));
      expect(reply?.code).toBe(codes.accessAccept);
      const stored = await nas.exchange(packets.accounting(startRecord));
      expect(stored?.code).toBe(codes.accountingResponse);
      expect(box.store.read(listOpenSessions)).toMatchObject([{ nasId: NAS_ID }]);
    },
  );

  test.each([
    ["a DNS name of its certificate", { common: "x", dns: ["other.test", NAS_NAME] }],
    ["its common name", { common: NAS_NAME }],
    ["either, in any case of letters", { common: NAS_NAME.toUpperCase() }],
  ])("§2.4: is known by %s, wherever it comes from", async (_, names) => {
    const { certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates, { names });
    expect((await nas.exchange(packets.pap(anybody)))?.code).toBe(codes.accessReject);
  });

  test("§2.3: has the secret radsec, and no other", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openTestNas();
    const nas = await openRadsecNas(radsecPort, certificates);
    expect(await nas.exchange(packets.pap(anybody))).toBeNull();
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "wrong-message-authenticator": 1 });
  });

  test("RFC 5997: asks by Status-Server whether the server lives", async () => {
    const { certificates, radsecPort } = await startRadsecBox();
    const nas = await openRadsecNas(radsecPort, certificates);
    const status = { code: codes.statusServer, identifier: 3, authenticator: randomBytes(16) };
    const bytes = encodeRequest(
      { ...status, attributes: [], isSigned: true },
      prepareSecret("radsec"),
    );
    expect((await nas.exchange(bytes))?.code).toBe(codes.accessAccept);
  });

  test("may use one identifier for a log-in and a record at once", async () => {
    const { certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates);
    const record = packets.accounting(startRecord);
    const logIn = packets.pap({ ...anybody, identifier: record[1] as number });
    nas.send(Buffer.concat([logIn, record]));
    while (nas.answers.length < 2) await sleep(5);
    expect(nas.answers.map(({ code }) => code).toSorted()).toEqual([3, 5]);
  });

  test("RFC 5080 §2.2.2: gets the same octets for the same request, but on its own connection", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const one = await openRadsecNas(radsecPort, certificates);
    const two = await openRadsecNas(radsecPort, certificates);
    const bytes = packets.pap(anybody);
    const first = await one.exchange(bytes);
    expect((await one.exchange(bytes))?.bytes).toEqual(first?.bytes);
    await two.exchange(bytes);
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 2, retransmits: 1 });
    expect(two.answers).toHaveLength(1);
  });

  test("needs no Message-Authenticator for what TLS protects, unless it is set to yes", async () => {
    const request = { ...anybody, isSigned: false, more: [attribute("Proxy-State", Buffer.of(1))] };
    const packets = await openPackets();
    const free = await startRadsecBox();
    const nas = await openRadsecNas(free.radsecPort, free.certificates);
    await nas.exchange(packets.pap(anybody));
    expect((await nas.exchange(packets.pap(request)))?.code).toBe(codes.accessReject);
    expect(free.box.store.read(listSigningNas)).toEqual([]);
    const device = { userName: MAC, password: "secret", mac: MAC, isSigned: false };
    const service = attribute("Service-Type", 10);
    const asked = await nas.exchange(packets.pap({ ...device, more: [service] }));
    expect(asked && findValue(asked, "Reply-Message")).toBe("unknown-device");

    const strict = await startRadsecBox({ messageAuthenticator: "yes" });
    const told = await openRadsecNas(strict.radsecPort, strict.certificates);
    told.send(packets.pap({ ...request, identifier: 201 }));
    await told.exchange(packets.pap({ ...anybody, identifier: 202 }));
    expect(told.answers).toHaveLength(1);
  });

  test("RFC 3579 §3.1: EAP without Message-Authenticator meets silence here too", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates);
    const more = [attribute("EAP-Message", Buffer.of(2, 77, 0, 6, 1, 97))];
    nas.send(packets.pap({ ...anybody, isSigned: false, more, identifier: 201 }));
    await nas.exchange(packets.pap({ ...anybody, identifier: 202 }));
    expect(nas.answers).toHaveLength(1);
    expect(box.health().nas[NAS_ID]?.drops).toEqual({ "no-message-authenticator": 1 });
  });
});

describe("RFC 6614 §2.3: who is turned away", () => {
  test("a client without a certificate", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates, { names: null });
    expect(await nas.exchange(packets.pap(anybody))).toBeNull();
    expect(box.health().unknown).toMatchObject({
      ...{ drops: { "radsec-no-handshake": 1 }, nas: [{ address: "127.0.0.1" }] },
    });
  });

  test("a certificate of another authority, though its name is right", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const foreign = await (await makeRadsecCertificates()).issue({ common: NAS_NAME });
    const packets = await openPackets();
    const own = { names: null, cert: foreign.certificate, key: foreign.key };
    const nas = await openRadsecNas(radsecPort, certificates, own);
    expect(await nas.exchange(packets.pap(anybody))).toBeNull();
    expect(box.health().nas).toEqual({});
  });

  test("TLS 1.1 and older", async () => {
    const { certificates, radsecPort } = await startRadsecBox();
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL@SECLEVEL=0" } as const;
    const nas = await openRadsecNas(radsecPort, certificates, old);
    await nas.closed;
    expect(nas.socket.authorized).toBe(false);
  });

  test("a name that is no NAS's, which IT can then read in the list of strangers", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const nas = await openRadsecNas(radsecPort, certificates, { names: { common: "ap-9.test" } });
    await nas.closed;
    expect(box.health().unknown).toMatchObject({
      ...{ drops: { "unknown-nas": 1 }, nas: [{ nasIdentifier: "ap-9.test", count: 1 }] },
    });
  });

  test("a NAS that was taken out of the settings, at its next packet", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates);
    expect(await nas.exchange(packets.pap(anybody))).not.toBeNull();
    const settings = sampleSettings();
    settings.version += 1;
    box.store.transaction((tx) => applySettings(tx, settings));
    await box.catchUp();
    expect(await nas.exchange(packets.pap(anybody))).toBeNull();
  });

  test("a NAS of the branch by UDP, when only its certificate is known", async () => {
    const { box } = await startRadsecBox({ source: "" });
    const nas = await openTestNas();
    expect(await nas.exchange(box.authPort, nas.pap(anybody), 100)).toBeNull();
  });
});

describe("RFC 6613 §2.6.4: a connection is closed", () => {
  test.each([
    ["length-out-of-range", (bytes: Buffer) => bytes.fill(0, 2, 4)],
    ["attribute-overrun", (bytes: Buffer) => bytes.fill(255, 21, 22)],
    ["wrong-message-authenticator", (bytes: Buffer) => bytes.fill(7, 30, 31)],
  ])("by a packet that is %s; what came before it is answered", async (reason, spoil) => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates);
    await nas.exchange(packets.pap(anybody));
    expect(await nas.exchange(spoil(packets.pap(anybody)))).toBeNull();
    expect(box.health().nas[NAS_ID]).toMatchObject({ requests: 1, drops: { [reason]: 1 } });
  });

  test("by silence, and opened again by who has something to ask", async () => {
    const { certificates, radsecPort } = await startRadsecBox({}, { idleSeconds: 1 });
    const packets = await openPackets();
    const idle = await openRadsecNas(radsecPort, certificates);
    await idle.closed;
    const again = await openRadsecNas(radsecPort, certificates);
    expect(await again.exchange(packets.pap(anybody))).not.toBeNull();
  });

  test("by the server that stops, after its last answers", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates);
    const plain = connectTcp(radsecPort, "127.0.0.1");
    onTestFinished(() => {
      plain.destroy();
    });
    plain.on("error", () => {});
    await once(plain, "connect");
    const answer = nas.exchange(packets.accounting(startRecord));
    while (box.store.read(listOpenSessions).length === 0) await sleep(5);
    await box.close();
    expect((await answer)?.code).toBe(codes.accountingResponse);
    await nas.closed;
  });
});

describe("what a connection may take", () => {
  test("octets that come one by one, and hundreds of packets at once", async () => {
    const { certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const nas = await openRadsecNas(radsecPort, certificates);
    nas.socket.setNoDelay(true);
    for (const octet of packets.pap({ ...anybody, identifier: 0 })) nas.send(Buffer.of(octet));
    while (nas.answers.length < 1) await sleep(5);
    const many = Array.from({ length: 255 }, (_, at) =>
      packets.pap({ ...anybody, identifier: at + 1 }),
    );
    nas.send(Buffer.concat(many));
    while (nas.answers.length < 256) await sleep(5);
    expect(new Set(nas.answers.map(({ identifier }) => identifier)).size).toBe(256);
  });

  test("who sends and does not read is no longer read from, and hinders nobody else", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const packets = await openPackets();
    const greedy = await openRadsecNas(radsecPort, certificates);
    greedy.socket.pause();
    const bytes = packets.pap(anybody);
    const block = Buffer.concat(Array.from({ length: 500 }, () => bytes));
    // The same request again and again: but for the first few each is answered from the cache.
    for (let sent = 0; sent < 400; sent++) greedy.send(block);
    const counted = () => {
      const { requests = 0, retransmits = 0, drops = {} } = box.health().nas[NAS_ID] ?? {};
      return requests + retransmits + (drops["still-working"] ?? 0);
    };
    let last = -1;
    while (counted() !== last) {
      last = counted();
      await sleep(300);
    }
    expect(last).toBeLessThan(400 * 500);
    const other = await openRadsecNas(radsecPort, certificates);
    expect(await other.exchange(packets.pap(anybody))).not.toBeNull();
    greedy.socket.resume();
    while (counted() < 400 * 500 + 1) await sleep(20);
  });
});

describe("RadSec's files", () => {
  test("an authority without a certificate in it stops the start: all would be believed", async () => {
    const certificates = await makeRadsecCertificates();
    const { certificateFile, keyFile } = certificates;
    const authorityFile = certificates.write("empty.pem", "");
    const radsec = { portNumber: 0, certificateFile, keyFile, authorityFile };
    await expect(startTestBox({ radsec })).rejects.toThrow("RadSec cannot use");
  });

  test("a key of another certificate, or a file that is not there, is named", async () => {
    const { certificateFile, keyFile, authorityFile } = await makeRadsecCertificates();
    const other = await makeRadsecCertificates();
    const files = { portNumber: 0, certificateFile, keyFile, authorityFile };
    await expect(startTestBox({ radsec: { ...files, keyFile: other.keyFile } })).rejects.toThrow(
      other.keyFile,
    );
    await expect(
      startTestBox({ radsec: { ...files, authorityFile: `${authorityFile}.gone` } }),
    ).rejects.toThrow(`RadSec's CA ${authorityFile}.gone cannot be read (ENOENT)`);
  });

  test("a port that is taken is named, and the UDP ports are given back", async () => {
    const { box, certificates, radsecPort } = await startRadsecBox();
    const { certificateFile, keyFile, authorityFile } = certificates;
    const radsec = { portNumber: radsecPort, certificateFile, keyFile, authorityFile };
    await expect(startTestBox({ radsec })).rejects.toThrow(`TCP port ${radsecPort} on 127.0.0.1`);
    expect(coovaOf(sampleSettings()).radsecName).toBeUndefined();
    expect(box.health().unknown.drops).toEqual({});
  });
});
