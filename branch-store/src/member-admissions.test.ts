import { expect, test } from "vitest";
import { MAC, NAS, openTestStore, POLICY, report, signIn, type TestStore } from "../test/store.ts";
import {
  findSession,
  forgetGuests,
  issueCredential,
  keepMemberAdmission,
  purgeMemberAdmissions,
  startSession,
} from "./index.ts";

const OUTER_IDENTITY = "anonymous@wifi.cafe.example";
const OTHER_NAS = "01990000-0000-7000-8000-000000000011";
const OTHER_POLICY = "01990000-0000-7000-8000-000000000081";
const LIMITS = {
  ...{ sessionSeconds: 3600, idleSeconds: null, uploadKbps: null },
  ...{ downloadKbps: 4000, sessionBytes: null },
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};

function openBranch() {
  const store = openTestStore();
  const { guest, device } = signIn(store);
  const ids = { deviceId: device.id, guestId: guest.id };
  const { username } = store.transaction((tx) => issueCredential(tx, ids));
  const admit = (credential = username, policyId = POLICY) =>
    store.transaction((tx) =>
      keepMemberAdmission(tx, {
        ...{ deviceId: device.id, nasId: NAS, userName: OUTER_IDENTITY, policyId },
        granted: { limits: LIMITS, endsAt: null, credential },
      }),
    );
  return { store, ids, username, admit };
}

/** A session as a NAS without Class tells of it, read back. */
function start(store: TestStore, told: { nasId?: string; userName?: string } = {}) {
  const { id } = store.transaction((tx) => startSession(tx, { ...report(store), ...told }));
  return store.read((tx) => findSession(tx, id));
}

const byIdentity = { userName: OUTER_IDENTITY };

test("a session that is named as its log-in was has what its device was granted last on that NAS", () => {
  const { store, username, admit } = openBranch();
  admit();
  store.advance(3600);
  const granted = { limits: LIMITS, endsAt: null, credential: username };
  expect(start(store, byIdentity)).toMatchObject({ policyId: POLICY, granted });
});

test.each([
  ["another NAS tells of it", 0, { ...byIdentity, nasId: OTHER_NAS }],
  ["it is named by the device's address", 0, { userName: MAC }],
  ["it is named by something else", 0, { userName: "somebody" }],
  ["it is named by nothing and begins minutes later", 120, {}],
])("nothing is taken for granted where %s", (_, seconds, told) => {
  const { store, admit } = openBranch();
  admit();
  store.advance(seconds);
  expect(start(store, told)).toMatchObject({ policyId: null, granted: null });
});

test("what its NAS says of a session counts before what it was told of the device", () => {
  const { store, admit } = openBranch();
  admit();
  const granted = { limits: LIMITS, endsAt: null };
  const said = { ...report(store), ...byIdentity, policyId: OTHER_POLICY, granted };
  expect(store.transaction((tx) => startSession(tx, said))).toMatchObject({
    ...{ policyId: OTHER_POLICY, granted },
  });
});

test("a session told of late has what was granted before it began, not what was since", () => {
  const { store, ids, username, admit } = openBranch();
  admit();
  const told = { ...report(store), ...byIdentity };
  store.advance(300);
  const renewed = store.transaction((tx) => issueCredential(tx, ids));
  admit(renewed.username, OTHER_POLICY);
  const late = store.transaction((tx) => startSession(tx, told));
  expect(late).toMatchObject({ policyId: POLICY, granted: { credential: username } });
});

test("it is forgotten after a day, and with its guest", () => {
  const day = openBranch();
  day.admit();
  day.store.advance(24 * 60 * 60 + 1);
  day.store.transaction(purgeMemberAdmissions);
  expect(start(day.store, byIdentity)?.granted).toBeNull();
  const forgotten = openBranch();
  forgotten.admit();
  forgotten.store.transaction((tx) => forgetGuests(tx, [forgotten.ids.guestId]));
  expect(start(forgotten.store, byIdentity)?.granted).toBeNull();
});
