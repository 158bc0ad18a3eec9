import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  applyKnownGuests,
  applySettings,
  findCredential,
  RADIUS_CERTIFICATE_FILE,
} from "@foyer/branch-store";
import { expect, onTestFinished, test, vi } from "vitest";
import { NAS_ID, SECRET, sampleSettings, startTestBox, type TestBox } from "../test/box.ts";
import { openEapNas } from "../test/eap-nas.ts";
import { macAt } from "../test/load.ts";
import { createSupplicant } from "../test/supplicant.ts";
import { encodeAvp } from "./eap/avp.ts";
import { CONVERSATIONS_MAX } from "./eap/eap.ts";

const openNas = async ({ authPort: portNumber }: Pick<TestBox, "authPort">, waitMs = 5000) => {
  const nas = await openEapNas({ portNumber, secret: SECRET, userName: "member", waitMs });
  onTestFinished(nas.close);
  return nas;
};

const pap = ({ username, password }: { username: string; password: string }) =>
  Buffer.concat(
    [username, password].map((text, at) =>
      encodeAvp({ vendor: 0, code: at + 1, isMandatory: true, value: Buffer.from(text) }),
    ),
  );

test("two hundred members who reconnect at once all get in, each with a device of their own", async () => {
  const box = await startTestBox();
  const credential = box.issueCredentialFor();
  const logIn = async (at: number) => {
    const peer = createSupplicant(await openNas(box), { mac: macAt(at) });
    await peer.begin();
    await peer.shakeHands();
    return (await peer.say(pap(credential))).kind;
  };
  const kinds = await Promise.all(Array.from({ length: 200 }, (_, at) => logIn(at)));
  expect(kinds.filter((kind) => kind !== "proved")).toEqual([]);
  expect(box.health().nas[NAS_ID]).toMatchObject({ accepts: 200, rejects: {}, drops: {} });
  await box.catchUp();
  const devices = box.listEvents("guest.connected").map(({ payload }) => payload);
  expect(new Set(devices.map((payload) => (payload as { deviceId: string }).deviceId)).size).toBe(
    200,
  );
});

test("part of MC-2.6: a member gets the policy of the group they are in", async () => {
  const group = "01990000-0000-7000-8000-0000000000f1";
  const settings = sampleSettings();
  const [everybody] = settings.policies.slice(-1);
  if (!everybody) throw new Error("the sample has no policy");
  const when = { methods: [], visitNumberMin: null };
  settings.policies = [
    { ...everybody, id: group, when: { ...when, groups: [group] } },
    { ...everybody, when },
  ];
  const box = await startTestBox({ settings });
  const credential = box.issueCredentialFor();
  const guestId = box.store.read((tx) => findCredential(tx, credential.username)?.guestId ?? "");
  const logIn = async (mac: string) => {
    const peer = createSupplicant(await openNas(box), { mac });
    await peer.begin();
    await peer.shakeHands();
    expect((await peer.say(pap(credential))).kind).toBe("proved");
    await box.catchUp();
    return box.listEvents("guest.connected").at(-1)?.payload.policyId;
  };
  expect(await logIn(macAt(1))).toBe(everybody.id);
  const known = { customerId: group, guestIds: [guestId], name: null, language: null, visits: 0 };
  const key = Buffer.alloc(32).toString("base64");
  box.store.transaction((tx) =>
    applyKnownGuests(tx, {
      ...{ position: 1, complete: true, key, removed: [], countedThrough: null },
      guests: [{ ...known, phoneHash: "0".repeat(64), groups: [group] }],
    }),
  );
  expect(await logIn(macAt(2))).toBe(group);
});

test("more handshakes abandoned than are kept keep no member out", async () => {
  const box = await startTestBox();
  const credential = box.issueCredentialFor();
  const nas = await openNas(box);
  for (let at = 0; at < CONVERSATIONS_MAX + 50; at++) {
    const peer = createSupplicant(nas, { mac: macAt(at) });
    await peer.begin();
    await peer.sendHello();
    peer.tls().destroy();
  }
  const member = createSupplicant(nas, { mac: macAt(9999) });
  await member.begin();
  await member.shakeHands();
  expect((await member.say(pap(credential))).kind).toBe("proved");
});

test("a conversation that a restart cut is ended by EAP-Failure, so that the device begins anew", async () => {
  const box = await startTestBox();
  const nas = await openNas(box);
  const peer = createSupplicant(nas);
  await peer.begin();
  await box.close();
  const again = await box.startAgain({ authPort: box.authPort });
  const answer = await peer.sendHello();
  expect(answer.kind).toBe("refused");
  if (answer.kind === "refused") expect(answer.failure[0]).toBe(4);
  expect(again.health().nas[NAS_ID]?.rejects).toEqual({ "unknown-state": 1 });
});

test("a log-in of a device the NAS does not name is refused", async () => {
  const box = await startTestBox();
  const peer = createSupplicant(await openNas(box), { mac: null });
  await peer.begin();
  await peer.shakeHands();
  expect((await peer.say(pap(box.issueCredentialFor()))).kind).toBe("refused");
  expect(box.health().nas[NAS_ID]?.rejects).toEqual({ "no-calling-station": 1 });
});

test("a server that stops amid many log-ins ends cleanly, and each it accepted is stored", async () => {
  for (const turns of [3, 30]) {
    const box = await startTestBox();
    const credential = box.issueCredentialFor();
    const logIn = async (at: number) => {
      const peer = createSupplicant(await openNas(box, 300), { mac: macAt(at) });
      await peer.begin();
      await peer.shakeHands();
      return (await peer.say(pap(credential))).kind;
    };
    const logIns = Promise.allSettled(Array.from({ length: 20 }, (_, at) => logIn(at)));
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
    await box.close();
    const outcomes = await logIns;
    const accepted = outcomes.filter(
      (each) => each.status === "fulfilled" && each.value === "proved",
    );
    expect(box.listEvents("guest.connected")).toHaveLength(accepted.length);
    expect(box.health().nas[NAS_ID]?.rejects ?? {}).toEqual({});
  }
});

test("the domain of later settings is on the certificate from then on", async () => {
  const box = await startTestBox();
  const readNames = () =>
    new X509Certificate(readFileSync(join(box.folder, RADIUS_CERTIFICATE_FILE))).subjectAltName;
  expect(readNames()).not.toContain("radius.later.example");
  const settings = sampleSettings((each) => {
    each.version += 1;
    each.memberWifi = {
      ...{ enabled: true, ssid: "Foyer members", domain: "later.example" },
      innerMethod: "mschapv2",
    };
  });
  box.store.transaction((tx) => applySettings(tx, settings));
  await vi.waitFor(() => expect(readNames()).toContain("radius.later.example"), 20_000);
});
