import { expect, test } from "vitest";
import { openTestStore, signIn, type TestStore } from "../test/store.ts";
import {
  endMemberLinks,
  findCredential,
  findMemberLink,
  issueCredential,
  issueMemberLink,
  MEMBER_LINK_SECONDS,
  MEMBER_LINKS_PER_DEVICE_HOUR,
  openBranchStore,
  redeemMemberLink,
  revokeCredentials,
} from "./index.ts";

const HERE = "10.10.0.92";

function open() {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  return { store, ids, ...actsOf(store, ids) };
}

function actsOf(store: TestStore, ids: { deviceId: string; guestId: string }) {
  const tryIssue = (remoteAddress = HERE) =>
    store.transaction((tx) => issueMemberLink(tx, { ...ids, remoteAddress }));
  const issue = (remoteAddress = HERE) => {
    const issued = tryIssue(remoteAddress);
    if (issued.kind !== "link") throw new Error("there is no link");
    return issued.link.token;
  };
  const redeem = (token: string, remoteAddress = HERE) =>
    store.transaction((tx) => redeemMemberLink(tx, { token, remoteAddress }));
  const works = (token: string, remoteAddress = HERE) =>
    store.read((tx) => findMemberLink(tx, { token, remoteAddress })) !== null;
  return { tryIssue, issue, redeem, works };
}

test("a link issues one credential, and hands out the same again while it works", () => {
  const { store, ids, issue, redeem } = open();
  const token = issue();
  const first = redeem(token);
  expect(first).toMatchObject({ ...ids, revokedAt: null });
  store.advance(MEMBER_LINK_SECONDS);
  expect(redeem(token)).toEqual(first);
  expect(store.listEvents("credential.issued")).toHaveLength(1);
});

test("two downloads at once are given the same credential", () => {
  const { store, issue } = open();
  const token = issue();
  const identity = store.transaction((tx) => tx.identity);
  const other = openBranchStore({
    folder: store.folder,
    identity,
    clock: () => store.read((tx) => tx.now),
  });
  const passwords = [store, other, store].map(
    (each) =>
      each.transaction((tx) => redeemMemberLink(tx, { token, remoteAddress: HERE }))?.password,
  );
  other.close();
  expect(new Set(passwords).size).toBe(1);
  expect(store.listEvents("credential.issued")).toHaveLength(1);
});

test("a link works for fifteen minutes, and a clock that was put back revives none", () => {
  const { store, issue, redeem, works } = open();
  const token = issue();
  store.advance(MEMBER_LINK_SECONDS);
  expect(works(token)).toBe(true);
  store.advance(1);
  expect(redeem(token)).toBeNull();
  store.advance(-MEMBER_LINK_SECONDS - 2);
  expect(redeem(token)).toBeNull();
});

test("a link opens nothing from another address, nor does one that somebody made up", () => {
  const { issue, redeem, works } = open();
  const token = issue();
  expect(works(token, "10.10.0.66")).toBe(false);
  expect(redeem(token, "10.10.0.66")).toBeNull();
  expect(redeem("a".repeat(16))).toBeNull();
  expect(redeem(token)).not.toBeNull();
});

test("the link of a moment ago is shown again; one that is nearly over is not", () => {
  const { store, issue } = open();
  const token = issue();
  expect(token).toMatch(/^[a-z02-9]{16}$/);
  store.advance(9 * 60);
  expect(issue()).toBe(token);
  expect(issue("10.10.0.93")).not.toBe(token);
  store.advance(60);
  expect(issue()).not.toBe(token);
});

test("a device has so many links an hour and no more, whatever happens to them", () => {
  const { store, ids, tryIssue, issue } = open();
  for (let count = 0; count < MEMBER_LINKS_PER_DEVICE_HOUR; count += 1) {
    issue();
    store.transaction((tx) => endMemberLinks(tx, { deviceId: ids.deviceId }));
  }
  expect(tryIssue()).toEqual({ kind: "too-many" });
  const { guest, device } = signIn(store, { mac: "AC-00-5E-00-53-09", phone: "+84900000009" });
  const other = actsOf(store, { deviceId: device.id, guestId: guest.id });
  expect(other.tryIssue().kind).toBe("link");
  store.advance(60 * 60 + 1);
  expect(tryIssue().kind).toBe("link");
});

test("a link dies with what it issued: revoked, or replaced by a newer one", () => {
  const { store, ids, issue, redeem, works } = open();
  const first = issue();
  redeem(first);
  store.transaction((tx) => revokeCredentials(tx, { deviceId: ids.deviceId, by: "guest" }));
  expect(redeem(first)).toBeNull();
  const second = issue();
  expect(second).not.toBe(first);
  redeem(second);
  store.transaction((tx) => issueCredential(tx, ids));
  expect(works(second)).toBe(false);
});

test("the links of a device, or of a guest, can be ended before they were used", () => {
  const { store, ids, issue, redeem, works } = open();
  for (const whose of [{ deviceId: ids.deviceId }, { guestId: ids.guestId }]) {
    const token = issue();
    store.transaction((tx) => endMemberLinks(tx, whose));
    expect(works(token)).toBe(false);
    expect(redeem(token)).toBeNull();
  }
  const token = issue();
  store.transaction((tx) => endMemberLinks(tx, { guestId: crypto.randomUUID() }));
  expect(works(token)).toBe(true);
  const username = redeem(token)?.username ?? "";
  expect(store.read((tx) => findCredential(tx, username))?.revokedAt).toBeNull();
});
