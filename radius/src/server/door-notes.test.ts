import { randomBytes } from "node:crypto";
import { endSession, listDoorNotes, startSession } from "@foyer/branch-store";
import type { DoorNote } from "@foyer/contract";
import { describe, expect, test, vi } from "vitest";
import {
  MAC,
  NAS_ID,
  OTHER_MAC,
  sampleSettings,
  startTestBox,
  type TestBox,
} from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { encodeRequest, prepareSecret } from "../protocol/authenticator.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket, type Packet } from "../protocol/packet.ts";
import { attribute } from "../protocol/values.ts";
import { createDoorNotes, readVisitor } from "./door-notes.ts";

const notesOf = (box: TestBox, mac = MAC) => box.store.read((tx) => listDoorNotes(tx, { mac }));

/** The last note of a device, once it says this. */
const waitForNote = (box: TestBox, expected: Partial<DoorNote>) =>
  vi.waitFor(() => expect(notesOf(box).at(-1)).toMatchObject(expected), 20_000);

describe("what is noted of why a phone could not get on", () => {
  test("an expired ticket, and then that it was let in by a fresh one", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const logIn = ({ username, password }: { username: string; password: string }) =>
      nas.exchange(box.authPort, nas.pap({ userName: username, password, mac: MAC }));
    const old = box.issueTicketFor();
    box.advance(121);
    await logIn(old);
    const refused = { by: "radius", asked: "log-in", answer: "refused", nasId: NAS_ID } as const;
    await waitForNote(box, { ...refused, reason: "ticket-expired" });
    await logIn(box.issueTicketFor());
    await waitForNote(box, { ...refused, answer: "let-in", reason: null });
    expect(notesOf(box).at(-1)?.policyId).not.toBeNull();
  });

  test("a wrong secret of the access point, which is met with silence", async () => {
    const box = await startTestBox();
    const nas = await openTestNas("another-secret-than-the-box-has");
    await nas.exchange(box.authPort, nas.pap({ userName: "an", password: "x", mac: MAC }), 100);
    await waitForNote(box, { answer: "refused", reason: "wrong-message-authenticator" });
  });

  test("an access point that the settings do not know", async () => {
    const settings = sampleSettings((each) => {
      each.nas = each.nas.map((nas) => ({ ...nas, source: "192.0.2.9" }));
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.pap({ userName: "an", password: "x", mac: MAC }), 100);
    await waitForNote(box, { answer: "refused", reason: "unknown-nas", nasId: null });
  });

  test("closed hours", async () => {
    const settings = sampleSettings((each) => {
      each.signIn.greet = "never";
      each.policies = each.policies.map((policy) => ({
        ...policy,
        allowedHours: [{ days: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "09:30" }],
      }));
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    const { username, password } = box.issueTicketFor();
    const ask = () =>
      nas.exchange(box.authPort, nas.pap({ userName: MAC, password: MAC, mac: MAC }));
    await nas.exchange(box.authPort, nas.pap({ userName: username, password, mac: MAC }));
    await waitForNote(box, { asked: "log-in", answer: "let-in" });
    // 09:31 on the branch's clock: the hours are over.
    box.advance(31 * 60);
    await ask();
    await waitForNote(box, { asked: "device", answer: "refused", reason: "outside-hours" });
  });

  test("a policy that is used up", async () => {
    const settings = sampleSettings((each) => {
      each.signIn.greet = "never";
      const quotas = [{ per: "day" as const, seconds: 60, bytes: null }];
      each.policies = each.policies.map((policy) => ({ ...policy, quotas }));
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    box.issueTicketFor();
    const session = { nasId: NAS_ID, acctSessionId: "s-1", mac: MAC };
    box.store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
    box.advance(61);
    const used = { connectedSeconds: 61, cause: "User-Request" };
    box.store.transaction((tx) => endSession(tx, { ...session, ...used, at: tx.now }));
    await nas.exchange(box.authPort, nas.pap({ userName: MAC, password: MAC, mac: MAC }));
    await waitForNote(box, { asked: "device", answer: "refused", reason: "time-used-up" });
  });

  test("a device that staff block", async () => {
    const id = "0199f000-0000-7000-8000-0000000000aa";
    const rule = { id, mac: MAC, kind: "block" as const, policyId: null, until: null };
    const settings = sampleSettings((each) => {
      each.deviceRules = [rule];
    });
    const box = await startTestBox({ settings });
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.pap({ userName: MAC, password: MAC, mac: MAC }));
    await waitForNote(box, { answer: "refused", reason: "blocked" });
  });

  test("the same answer again and again is said once in half a minute", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    const ask = () =>
      nas.exchange(box.authPort, nas.pap({ userName: MAC, password: MAC, mac: MAC }));
    await ask();
    await ask();
    box.advance(31);
    await ask();
    await vi.waitFor(() => expect(notesOf(box)).toHaveLength(2), 20_000);
    await box.close();
    expect(notesOf(box)).toHaveLength(2);
  });

  test("a stop loses none of what was noted", async () => {
    const box = await startTestBox();
    const nas = await openTestNas();
    await nas.exchange(box.authPort, nas.pap({ userName: MAC, password: MAC, mac: MAC }));
    await box.close();
    expect(notesOf(box)).toMatchObject([{ reason: "unknown-device" }]);
    expect(notesOf(box, OTHER_MAC)).toEqual([]);
  });
});

test("a flood of forged packets leaves the guests' own notes room", async () => {
  const kept: unknown[] = [];
  const ask = (async (_: string, { notes }: { notes: unknown[] }) => {
    kept.push(...notes);
  }) as never;
  const clock = () => new Date("2026-03-01T02:00:00Z");
  const notes = createDoorNotes({ writer: { ask }, clock, flushMilliseconds: 3_600_000 });
  const from = (index: number) => packetOf(`AA-BB-CC-00-00-${hexOf(index)}`);
  for (let index = 0; index < 200; index += 1)
    notes.noteSilence({ nasId: NAS_ID }, from(index), "wrong-message-authenticator");
  notes.note(NAS_ID, readVisitor(from(250)), { answer: "let-in", reason: null, policyId: null });
  await notes.close();
  expect(kept.length).toBeLessThan(20);
  expect(kept.at(-1)).toMatchObject({ mac: "AA-BB-CC-00-00-FA", answer: "let-in" });
});

const hexOf = (index: number) => index.toString(16).padStart(2, "0").toUpperCase();

function packetOf(mac: string): Packet {
  const attributes = [attribute("Calling-Station-Id", mac)];
  const request = { code: codes.accessRequest, identifier: 1, authenticator: randomBytes(16) };
  const decoded = decodePacket(
    encodeRequest({ ...request, attributes, isSigned: true }, prepareSecret("of-nobody")),
  );
  if (decoded.kind !== "packet") throw new Error(decoded.reason);
  return decoded.packet;
}
