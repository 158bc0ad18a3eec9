import { findDeviceByMac, startSession, takeBackCredential } from "@foyer/branch-store";
import { expect, test } from "vitest";
import { MAC, NAS_ID, OTHER_MAC, POLICY_ID, startTestBox } from "../../test/box.ts";
import { OUTER_IDENTITY } from "../../test/live.ts";
import { writes } from "./writes.ts";

const LIMITS = {
  ...{ sessionSeconds: 3600, idleSeconds: null, uploadKbps: null },
  ...{ downloadKbps: null, sessionBytes: null },
  ...{ sessionUploadBytes: null, sessionDownloadBytes: null },
};

test("a key that is taken back before its log-in is written names the session all the same, and makes the device nobody's", async () => {
  const { store, issueCredentialFor } = await startTestBox();
  const { username, deviceId } = issueCredentialFor(MAC);
  const granted = { limits: LIMITS, endsAt: null, credential: username };
  const session = store.transaction((tx) => {
    takeBackCredential(tx, deviceId);
    writes.admitMember(tx, {
      ...{ mac: OTHER_MAC, nasId: NAS_ID, userName: username, policyId: POLICY_ID },
      granted: { userName: OUTER_IDENTITY, policyId: POLICY_ID, granted },
    });
    const told = { nasId: NAS_ID, acctSessionId: "s-1", mac: OTHER_MAC, at: tx.now };
    return startSession(tx, { ...told, userName: OUTER_IDENTITY });
  });
  expect(session).toMatchObject({ policyId: POLICY_ID, granted });
  expect(store.read((tx) => findDeviceByMac(tx, OTHER_MAC)?.guestId)).toBeNull();
});
