import { setTimeout as sleep } from "node:timers/promises";
import type { AccessCode } from "@foyer/contract";
import { expect, test, vi } from "vitest";
import { MAC, OTHER_MAC } from "../../test/box.ts";
import { type Answer, listenForDisconnects, replyTo } from "../../test/disconnect-nas.ts";
import { startLiveBox } from "../../test/live.ts";
import { codes } from "../protocol/dictionary.ts";
import { decodePacket } from "../protocol/packet.ts";
import { attribute, findValue } from "../protocol/values.ts";
import { RETRY_SECONDS } from "./live-rules.ts";

/** Long enough for several looks at the sessions. */
const SEVERAL_LOOKS_MS = 200;
const HOUR_MS = 3_600_000;
const CODE: AccessCode = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 9, minutes: 600 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};
const OTHER_CODE = { ...CODE, id: "01990000-0000-7000-8000-0000000000a1", code: "EFGH6789" };

const acknowledge: Answer = (request) => replyTo(request, codes.disconnectAck);
const refuse: Answer = (request) =>
  replyTo(request, codes.disconnectNak, [attribute("Error-Cause", 506)]);
const sessionOf = (bytes: Buffer) => {
  const decoded = decodePacket(bytes);
  return decoded.kind === "malformed" ? null : findValue(decoded.packet, "Acct-Session-Id");
};
const nowOf = ({ box }: Pick<Awaited<ReturnType<typeof startLiveBox>>, "box">) =>
  box.store.read((tx) => tx.now);

/** A branch with two codes, by each of which somebody is online; a third came in without any. */
async function online(answer: Answer) {
  const nas = await listenForDisconnects(answer);
  const live = await startLiveBox({ portNumber: nas.portNumber });
  const tellCodes = (list: readonly AccessCode[]) =>
    live.change((next) => {
      next.signIn.accessCode = { enabled: true };
      next.accessCodes = [...list];
    });
  tellCodes([CODE, OTHER_CODE]);
  const by = (accessCodeId: string) => ({
    ...{ method: "access-code" as const, accessCodeId },
    endsAt: new Date(nowOf(live).getTime() + 10 * HOUR_MS),
  });
  // Known to the server too, before somebody comes.
  await live.box.catchUp();
  await live.connect("by-code", MAC, by(CODE.id));
  await live.connect("by-other", OTHER_MAC, by(OTHER_CODE.id));
  await live.connect("by-click", "AC-00-5E-00-53-77");
  const openIds = () => live.listOpen().map(({ acctSessionId }) => acctSessionId);
  return { ...live, nas, tellCodes, openIds };
}

test("part of MC-1.5: a code that is withdrawn ends the sessions of its devices, and nobody else's", async () => {
  const { nas, tellCodes, stop, listOpen, listCauses, openIds } = await online(acknowledge);
  await sleep(SEVERAL_LOOKS_MS);
  expect(nas.got).toEqual([]);
  tellCodes([OTHER_CODE]);
  const ended = () => listOpen().find(({ disconnect }) => disconnect?.outcome === "acknowledged");
  await vi.waitFor(() => expect(ended()?.acctSessionId).toBe("by-code"), 20_000);
  expect(ended()?.disconnect?.cause).toBe("code-withdrawn");
  await stop("by-code");
  expect(listCauses()).toEqual(["code-withdrawn"]);
  await sleep(SEVERAL_LOOKS_MS);
  expect(nas.got.map(sessionOf)).toEqual(["by-code"]);
  expect(openIds().toSorted()).toEqual(["by-click", "by-other"]);
});

test("part of MC-1.5: a code whose last moment is moved to before now ends its sessions", async () => {
  const { box, nas, tellCodes, stop, listCauses } = await online(acknowledge);
  const inAnHour = new Date(nowOf({ box }).getTime() + HOUR_MS).toISOString();
  tellCodes([{ ...CODE, validUntil: inAnHour }, OTHER_CODE]);
  box.advance(HOUR_MS / 1000 - 60);
  await sleep(SEVERAL_LOOKS_MS);
  expect(nas.got).toEqual([]);
  box.advance(60);
  await vi.waitFor(() => expect(nas.got.map(sessionOf)).toEqual(["by-code"]), 20_000);
  await stop("by-code");
  expect(listCauses()).toEqual(["code-expired"]);
});

test("part of MC-1.5: a NAS that refuses is told again after the interval, unless the code was given back", async () => {
  const { box, nas, tellCodes, listOpen } = await online(refuse);
  tellCodes([OTHER_CODE]);
  const order = () =>
    listOpen().find(({ acctSessionId }) => acctSessionId === "by-code")?.disconnect;
  await vi.waitFor(() => expect(order()?.outcome).toBe("refused 506"), 20_000);
  box.advance(RETRY_SECONDS);
  await vi.waitFor(() => expect(nas.got).toHaveLength(2), 20_000);
  tellCodes([CODE, OTHER_CODE]);
  await sleep(SEVERAL_LOOKS_MS);
  box.advance(RETRY_SECONDS);
  await sleep(SEVERAL_LOOKS_MS);
  expect(nas.got).toHaveLength(2);
});

test("part of MC-1.5: whoever is let in while the code is being withdrawn is online no longer than to the next look", async () => {
  const { nas, tellCodes, connect, box } = await online(acknowledge);
  const endsAt = new Date(nowOf({ box }).getTime() + 10 * HOUR_MS);
  const right = { method: "access-code" as const, accessCodeId: OTHER_CODE.id, endsAt };
  // Told to the store at the very moment the server decides by what it knew.
  const letIn = connect("race", "AC-00-5E-00-53-78", right).then(
    () => ["by-code", "by-other", "race"],
    () => ["by-code", "by-other"],
  );
  tellCodes([]);
  const ended = await letIn;
  const got = () => nas.got.map(sessionOf).toSorted();
  await vi.waitFor(() => expect(got()).toEqual(ended), 20_000);
});
