import { expect, test } from "vitest";
import { MAC, OTHER_MAC, openTestStore, signIn } from "../test/store.ts";
import {
  findCredential,
  findMemberLink,
  issueCredential,
  issueMemberLink,
  isTakenBackByStaff,
  linkDevice,
  listCredentialDevices,
  revokeCredentials,
  takeBackCredential,
} from "./index.ts";

test("a device's credential is its own and found by its name", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  const issued = store.transaction((tx) => issueCredential(tx, ids));
  expect(issued).toMatchObject({ ...ids, revokedAt: null });
  expect(issued.username).toMatch(/^[\w-]{16}$/);
  expect(issued.password).toMatch(/^[\w-]{22}$/);
  expect(store.read((tx) => findCredential(tx, issued.username))).toEqual(issued);
  expect(store.read((tx) => findCredential(tx, "nobody"))).toBeNull();
});

test("a device has one live credential: the new one revokes the old one", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  const first = store.transaction((tx) => issueCredential(tx, ids));
  store.advance(60);
  const second = store.transaction((tx) => issueCredential(tx, ids));
  expect(second.username).not.toBe(first.username);
  expect(second.password).not.toBe(first.password);
  const [old, live] = store.read((tx) =>
    [first, second].map(({ username }) => findCredential(tx, username)?.revokedAt),
  );
  expect(old).toEqual(second.issuedAt);
  expect(live).toBeNull();
});

test("revoking a guest ends the credentials of all their devices and of nobody else", () => {
  const store = openTestStore();
  const issue = (mac: string, phone: string) => {
    const { guest, device } = signIn(store, { mac, phone });
    return store.transaction((tx) =>
      issueCredential(tx, { deviceId: device.id, guestId: guest.id }),
    );
  };
  const phone = issue(MAC, "+84900000001");
  const tablet = issue(OTHER_MAC, "+84900000001");
  const stranger = issue("AC-00-5E-00-53-07", "+84900000002");
  const { guestId } = phone;
  const isRevoked = (username: string) =>
    store.read((tx) => findCredential(tx, username)?.revokedAt != null);
  expect(store.transaction((tx) => revokeCredentials(tx, { guestId, by: "guest" }))).toBe(2);
  expect(store.transaction((tx) => revokeCredentials(tx, { guestId, by: "guest" }))).toBe(0);
  expect([phone, tablet, stranger].map(({ username }) => isRevoked(username))).toEqual([
    true,
    true,
    false,
  ]);
});

test("the cloud is told of each credential that is issued, replaced or revoked, and of no secret", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  const told = () =>
    store
      .listEvents()
      .filter(({ type }) => type.startsWith("credential."))
      .map(({ type, payload }) => [type, payload]);
  const listed = () => store.read((tx) => listCredentialDevices(tx, guest.id));
  expect(listed()).toEqual([]);
  store.transaction((tx) => issueCredential(tx, ids));
  store.transaction((tx) => issueCredential(tx, ids));
  expect(listed()).toEqual([device.id]);
  store.transaction((tx) => revokeCredentials(tx, { deviceId: device.id, by: "guest" }));
  store.transaction((tx) => revokeCredentials(tx, { deviceId: device.id, by: "guest" }));
  expect(listed()).toEqual([]);
  expect(told()).toEqual([
    ["credential.issued", ids],
    ["credential.revoked", { ...ids, by: "replaced" }],
    ["credential.issued", ids],
    ["credential.revoked", { ...ids, by: "guest" }],
  ]);
});

test("a device on which another guest signs in keeps no credential of the one before", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  const { username } = store.transaction((tx) => issueCredential(tx, ids));
  const isRevoked = () => store.read((tx) => findCredential(tx, username)?.revokedAt != null);
  signIn(store);
  signIn(store, { phone: "+84900000002", proved: false });
  const { guest: stranger } = signIn(store, { mac: OTHER_MAC, phone: "+84900000002" });
  // A member's log-in under this MAC takes the device, and no credential: MACs are easily copied.
  store.transaction((tx) => linkDevice(tx, { ...ids, guestId: stranger.id }));
  expect(isRevoked()).toBe(false);
  signIn(store, { phone: "+84900000002" });
  expect(isRevoked()).toBe(true);
  expect(store.listEvents("credential.revoked").map(({ payload }) => payload)).toEqual([
    { ...ids, by: "other-guest" },
  ]);
});

test("what staff take back is told as theirs, with the way to another; what a guest gave up is not theirs", () => {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  const remoteAddress = "192.0.2.7";
  const link = store.transaction((tx) => issueMemberLink(tx, { ...ids, remoteAddress }));
  if (link.kind !== "link") throw new Error("no link was issued");
  const { token } = link.link;
  const isTaken = (name: string) => store.read((tx) => isTakenBackByStaff(tx, name));
  const first = store.transaction((tx) => issueCredential(tx, ids));
  store.transaction((tx) => revokeCredentials(tx, { guestId: guest.id, by: "guest" }));
  expect(isTaken(first.username)).toBe(false);
  const second = store.transaction((tx) => issueCredential(tx, ids));
  expect(isTaken(second.username)).toBe(false);
  for (const _ of ["once", "twice"]) store.transaction((tx) => takeBackCredential(tx, device.id));
  expect([first, second].map(({ username }) => isTaken(username))).toEqual([false, true]);
  expect(store.read((tx) => findMemberLink(tx, { token, remoteAddress }))).toBeNull();
  expect(store.listEvents("credential.revoked").map(({ payload }) => payload.by)).toEqual([
    "guest",
    "staff",
  ]);
});
