import { setTimeout as sleep } from "node:timers/promises";
import { type Credential, issueCredential, takeBackCredential } from "@foyer/branch-store";
import { expect, test, vi } from "vitest";
import { MAC } from "../../test/box.ts";
import { listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { OUTER_IDENTITY, startLiveBox } from "../../test/live.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket } from "../protocol/packet.ts";
import { attribute, findValue } from "../protocol/values.ts";

/** Long enough for several looks at the sessions. */
const SEVERAL_LOOKS_MS = 200;
/** What the phone shows on the secure SSID. */
const PHONE_MAC = "06-00-5E-00-53-02";
const MINUTES = 60;

const sessionOf = (bytes: Buffer) => {
  const decoded = decodePacket(bytes);
  return decoded.kind === "malformed" ? null : findValue(decoded.packet, "Acct-Session-Id");
};

const byOuterIdentity = () => [attribute("User-Name", OUTER_IDENTITY)];
const byNothing = () => [];
/** RFC 2865 §5.1. */
const byToldName = (_: unknown, told: string | null) => [attribute("User-Name", told ?? "")];

/** A branch whose NAS keeps Class to itself, and a member with a key. */
async function openBranch() {
  const nas = await listenForDisconnects((request) => replyTo(request, codes.disconnectAck));
  const live = await startLiveBox({ portNumber: nas.portNumber });
  const key = live.box.issueCredentialFor(MAC);
  const takeBack = ({ deviceId }: Credential) =>
    live.box.store.transaction((tx) => takeBackCredential(tx, deviceId));
  return { ...live, key, takeBack, ordered: () => nas.got.map(sessionOf) };
}

test.each([
  ["the outer identity", byOuterIdentity],
  ["nothing", byNothing],
  ["the name it was told", byToldName],
])("a session that its NAS names by %s is ended once its key is taken back", async (_, name) => {
  const { key, takeBack, ordered, ...live } = await openBranch();
  expect(await live.joinAsMember("phone", key, PHONE_MAC, name)).toBe(true);
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual([]);
  takeBack(key);
  await vi.waitFor(() => expect(ordered()).toEqual(["phone"]), 20_000);
  await live.stop("phone");
  expect(live.listCauses()).toEqual(["credential-revoked"]);
});

test("a session that such a NAS tells of only after the key was taken back is ended all the same", async () => {
  const { key, takeBack, ordered, ...live } = await openBranch();
  expect(await live.joinAsMember("phone", key, PHONE_MAC, byOuterIdentity)).toBe(true);
  await live.stop("phone");
  takeBack(key);
  await live.tellAgain("phone", "late");
  await vi.waitFor(() => expect(ordered()).toEqual(["late"]), 20_000);
});

test("the device's other ways in are left alone: by its address, by a ticket, and whatever begins later without a name", async () => {
  const { box, key, takeBack, ordered, ...live } = await openBranch();
  expect(await live.joinAsMember("phone", key, PHONE_MAC, byNothing)).toBe(true);
  await live.stop("phone");
  takeBack(key);
  await live.tellAgain("phone", "by-mac", [attribute("User-Name", PHONE_MAC)]);
  await sleep(SEVERAL_LOOKS_MS);
  await live.connect("by-ticket", PHONE_MAC);
  await sleep(SEVERAL_LOOKS_MS);
  box.advance(5 * MINUTES);
  await live.tellAgain("phone", "later");
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual([]);
  expect(live.listOpen().map(({ acctSessionId }) => acctSessionId)).toEqual(["later"]);
});

test("a key that came in a moment after another is the session's, whatever becomes of the other", async () => {
  const { box, key, takeBack, ordered, ...live } = await openBranch();
  expect(await live.joinAsMember("old", key, PHONE_MAC, byOuterIdentity)).toBe(true);
  await live.stop("old");
  takeBack(key);
  const { deviceId, guestId } = key;
  const renewed = box.store.transaction((tx) => issueCredential(tx, { deviceId, guestId }));
  box.advance(1);
  expect(await live.joinAsMember("new", renewed, PHONE_MAC, byOuterIdentity)).toBe(true);
  await sleep(SEVERAL_LOOKS_MS);
  expect(ordered()).toEqual([]);
  takeBack(renewed);
  await vi.waitFor(() => expect(ordered()).toEqual(["new"]), 20_000);
});
