import { setTimeout as sleep } from "node:timers/promises";
import {
  type Credential,
  issueCredential,
  revokeCredentials,
  takeBackCredential,
} from "@foyer/branch-store";
import { expect, test, vi } from "vitest";
import { MAC, NAS_ID } from "../../test/box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { startLiveBox } from "../../test/live.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket } from "../protocol/packet.ts";
import { findValue } from "../protocol/values.ts";

/** Long enough for several looks at the sessions. */
const SEVERAL_LOOKS_MS = 200;
/** What phones show on the secure SSID: the box has met neither. */
const PHONE_MAC = "06-00-5E-00-53-02";
const TABLET_MAC = "06-00-5E-00-53-03";

const acknowledge: Answer = (request) => replyTo(request, codes.disconnectAck);
const sessionOf = (bytes: Buffer) => {
  const decoded = decodePacket(bytes);
  return decoded.kind === "malformed" ? null : findValue(decoded.packet, "Acct-Session-Id");
};

/** Two members whose keys were given to other addresses than they come with. */
async function openBranch() {
  const nas = await listenForDisconnects(acknowledge);
  const live = await startLiveBox({ portNumber: nas.portNumber });
  const phone = live.box.issueCredentialFor(MAC);
  const tablet = live.box.issueCredentialFor("AC-00-5E-00-53-07");
  const takeBack = ({ deviceId }: Credential) =>
    live.box.store.transaction((tx) => takeBackCredential(tx, deviceId));
  const ordered = () => nas.got.map(sessionOf);
  return { ...live, phone, tablet, takeBack, ordered };
}

test("a key that staff take back is refused at the next log-in, and its session is ended, whatever MAC it came with", async () => {
  const { box, phone, tablet, takeBack, ordered, ...live } = await openBranch();
  expect(await live.joinAsMember("phone", phone, PHONE_MAC)).toBe(true);
  expect(await live.joinAsMember("tablet", tablet, TABLET_MAC)).toBe(true);
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual([]);
  takeBack(phone);
  await vi.waitFor(() => expect(ordered()).toEqual(["phone"]), 20_000);
  await live.stop("phone");
  expect(live.listCauses()).toEqual(["credential-revoked"]);
  expect(await live.joinAsMember("again", phone, PHONE_MAC)).toBe(false);
  expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "credential-unknown": 1 });
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual(["phone"]);
  expect(live.listOpen().map(({ acctSessionId }) => acctSessionId)).toEqual(["tablet"]);
});

test("a session that its NAS tells of only after its key was taken back is ended all the same", async () => {
  const { phone, takeBack, ordered, ...live } = await openBranch();
  const told = live.joinAsMember("phone", phone, PHONE_MAC);
  expect(await told).toBe(true);
  await live.stop("phone");
  takeBack(phone);
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual([]);
  await live.tellAgain("phone", "late");
  await vi.waitFor(() => expect(ordered()).toEqual(["late"]), 20_000);
});

test("what a guest gives up themselves, or has a new one for, is left to its own end", async () => {
  const { box, phone, tablet, ordered, ...live } = await openBranch();
  expect(await live.joinAsMember("phone", phone, PHONE_MAC)).toBe(true);
  expect(await live.joinAsMember("tablet", tablet, TABLET_MAC)).toBe(true);
  box.store.transaction((tx) => {
    revokeCredentials(tx, { deviceId: phone.deviceId, by: "guest" });
    issueCredential(tx, { deviceId: tablet.deviceId, guestId: tablet.guestId });
  });
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual([]);
  expect(await live.joinAsMember("again", phone, PHONE_MAC)).toBe(false);
});
