import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { listOpenSessions } from "@foyer/branch-store";
import { pino } from "pino";
import { describe, expect, test, vi } from "vitest";
import { MAC } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { makeRadsecCertificates } from "../../test/radsec-certificates.ts";
import { NAS_NAME, openRadsecNas, startRadsecBox } from "../../test/radsec-nas.ts";
import { makeServerCertificate } from "../eap/make-certificate.ts";
import { attribute } from "../protocol/values.ts";

const anybody = { userName: "nobody", password: "x", mac: MAC };
const LOOK_SECONDS = 0.05;
/** Long enough for several looks. */
const SEVERAL_LOOKS_MS = 400;
const PATIENTLY = { timeout: 20_000 };

/** A box whose RadSec files are looked at all the time, and what it says of them. */
async function openBox() {
  const told: { msg: string; err?: { message: string } }[] = [];
  const write = (line: string) => told.push(JSON.parse(line));
  const log = pino({ level: "info" }, { write });
  const opened = await startRadsecBox({}, { lookSeconds: LOOK_SECONDS }, { log });
  const { certificates, radsecPort } = opened;
  const packets = await openTestNas("radsec");
  const connect = (options: Parameters<typeof openRadsecNas>[2] = {}) =>
    openRadsecNas(radsecPort, certificates, options);
  const renew = () =>
    makeServerCertificate({
      ...{ authority: certificates.authority, names: ["radius.test"], now: new Date() },
    });
  /** The serial number of the certificate that the box shows to who comes now. */
  const findShown = async () => {
    const { socket } = await connect();
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const faults = () => told.flatMap(({ err }) => (err ? [err.message] : []));
  const openTcp = async ({ allowHalfOpen = false } = {}) => {
    const tcp = connectTcp({ port: radsecPort, host: "127.0.0.1", allowHalfOpen });
    tcp.on("error", () => {});
    await once(tcp, "connect");
    return tcp;
  };
  /** Those of before are no NAS of this box's any more. */
  const changeAuthority = async () => {
    const other = await makeRadsecCertificates();
    writeFileSync(certificates.authorityFile, other.authority.certificate);
    return other;
  };
  return { ...opened, packets, connect, openTcp, changeAuthority, renew, findShown, faults };
}

describe("RadSec's files that are renewed while the server runs", () => {
  test("are shown to whoever comes next, and who is there stays", async () => {
    const { certificates, packets, connect, renew, findShown, faults } = await openBox();
    const standing = await connect();
    const before = await findShown();
    const { certificate, key } = await renew();
    writeFileSync(certificates.certificateFile, certificate);
    writeFileSync(certificates.keyFile, key);
    await vi.waitFor(async () => expect(await findShown()).not.toBe(before), PATIENTLY);
    expect(await standing.exchange(packets.pap(anybody))).not.toBeNull();
    expect(await (await connect()).exchange(packets.pap(anybody))).not.toBeNull();
    expect(faults()).toEqual([]);
  });

  test("leave those from before in force where they cannot be used, are told of in words once, and are taken when they can be", async () => {
    const { certificates, connect, packets, renew, findShown, faults } = await openBox();
    const before = await findShown();
    const { certificate, key } = await renew();
    writeFileSync(certificates.certificateFile, certificate);
    await vi.waitFor(() => expect(faults()).toHaveLength(1), PATIENTLY);
    expect(faults()[0]).toContain(certificates.keyFile);
    await sleep(SEVERAL_LOOKS_MS);
    expect(faults()).toHaveLength(1);
    expect(await findShown()).toBe(before);
    expect(await (await connect()).exchange(packets.pap(anybody))).not.toBeNull();
    writeFileSync(certificates.keyFile, key);
    await vi.waitFor(async () => expect(await findShown()).not.toBe(before), PATIENTLY);
  });

  test.each([
    ["is emptied", ""],
    ["is none", "-----BEGIN CERTIFICATE-----\nbm9uZQ==\n-----END CERTIFICATE-----\n"],
  ])("never open the door to all: an authority that %s changes nothing", async (_, text) => {
    const { certificates, connect, packets, faults } = await openBox();
    const standing = await connect();
    writeFileSync(certificates.authorityFile, text);
    await vi.waitFor(() => expect(faults()).toHaveLength(1), PATIENTLY);
    expect(faults()[0]).toContain("RadSec cannot use");
    expect(await standing.exchange(packets.pap(anybody))).not.toBeNull();
    const foreign = await (await makeRadsecCertificates()).issue({ common: NAS_NAME });
    const own = { names: null, cert: foreign.certificate, key: foreign.key };
    expect(await (await connect(own)).exchange(packets.pap(anybody))).toBeNull();
    expect(await (await connect()).exchange(packets.pap(anybody))).not.toBeNull();
  });

  test("with another authority ask everybody anew who they are", async () => {
    const { changeAuthority, connect, packets } = await openBox();
    const standing = await connect();
    const other = await changeAuthority();
    await standing.closed;
    expect(await (await connect()).exchange(packets.pap(anybody))).toBeNull();
    const theirs = await other.issue({ common: NAS_NAME });
    const own = { names: null, cert: theirs.certificate, key: theirs.key };
    expect(await (await connect(own)).exchange(packets.pap(anybody))).not.toBeNull();
  });

  test("with another authority hear nothing more of who was let in by the one before, and keep no end open for them", async () => {
    const { box, changeAuthority, connect, openTcp, packets } = await openBox();
    const standing = await connect({ socket: await openTcp({ allowHalfOpen: true }) });
    const ended = once(standing.socket, "end");
    await changeAuthority();
    await ended;
    const record = packets.accounting([
      attribute("Acct-Status-Type", 1),
      attribute("Acct-Session-Id", "s-1"),
      attribute("Calling-Station-Id", MAC),
    ]);
    // Its half of the connection is open still: it says so until nobody is there.
    await vi.waitFor(() => {
      standing.send(record);
      expect(standing.socket.destroyed).toBe(true);
    }, PATIENTLY);
    expect(box.store.read(listOpenSessions)).toEqual([]);
  });

  test("with another authority let in nobody by a handshake that began before", async () => {
    const { changeAuthority, connect, openTcp, packets } = await openBox();
    const [standing, tcp] = [await connect(), await openTcp()];
    await changeAuthority();
    await standing.closed;
    const begin = async () => (await connect({ socket: tcp })).exchange(packets.pap(anybody));
    expect(tcp.destroyed ? null : await begin()).toBeNull();
  });
});
