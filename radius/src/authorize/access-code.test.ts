import { applySettings, useAccessCode } from "@foyer/branch-store";
import type { AccessCode } from "@foyer/contract";
import { expect, test, vi } from "vitest";
import { MAC, NAS_ID, sampleSettings, signInAndIssue, startTestBox } from "../../test/box.ts";
import { openTestNas } from "../../test/nas.ts";
import { findValue } from "../protocol/values.ts";

const CODE = {
  ...{ id: "01990000-0000-7000-8000-0000000000a0", code: "ABCD2345", devicesMax: 1, minutes: 30 },
  ...{ validFrom: null, validUntil: null, policyId: null },
};

/** A box whose code was used on a device, which has the ticket the portal gave it. */
async function codeUsed() {
  const settings = sampleSettings((each) => {
    each.signIn.accessCode = { enabled: true };
    each.accessCodes = [CODE];
  });
  const box = await startTestBox({ settings });
  const nas = await openTestNas();
  const method = "access-code";
  const first = signInAndIssue(box.store, MAC, { method }, { proved: false });
  const { deviceId, guestId } = first;
  const use = box.store.transaction((tx) =>
    useAccessCode(tx, {
      ...{ code: CODE.code, deviceId, nasId: NAS_ID, triedBy: MAC, guestOf: () => guestId },
    }),
  );
  if (use.kind !== "granted") throw new Error(use.reason);
  const { endsAt } = use;
  const right = { method, guestId, endsAt, accessCodeId: CODE.id } as const;
  const ticket = signInAndIssue(box.store, MAC, right, { proved: false });
  /** The cloud's next word about the branch's codes. */
  const tellCodes = (codes: readonly AccessCode[]) => {
    settings.version += 1;
    settings.accessCodes = [...codes];
    box.store.transaction((tx) => applySettings(tx, settings));
  };
  const ask = async (userName: string, password: string) => {
    const reply = await nas.exchange(box.authPort, nas.pap({ userName, password, mac: MAC }));
    return reply && (findValue(reply, "Session-Timeout") ?? findValue(reply, "Reply-Message"));
  };
  return { box, ticket, ask, tellCodes };
}

test("part of MC-1.5: a session by an access code ends with the code's minutes", async () => {
  const { box, ticket, ask } = await codeUsed();
  box.advance(60);
  expect(await ask(ticket.username, ticket.password)).toBe(29 * 60);
});

test("part of MC-1.5: its device is let in by its MAC for what is left, and not a second longer", async () => {
  const { box, ticket, ask } = await codeUsed();
  await ask(ticket.username, ticket.password);
  box.advance(20 * 60);
  expect(await ask(MAC, MAC)).toBe(10 * 60);
  await box.catchUp();
  expect(box.listEvents("guest.connected").at(-1)?.payload).toMatchObject({
    ...{ method: "access-code", guestId: ticket.guestId },
  });
  box.advance(10 * 60);
  expect(await ask(MAC, MAC)).toBe("unknown-device");
});

test("part of MC-1.5: a ticket of a code that was withdrawn since is refused, and so is its device", async () => {
  const { box, ticket, ask, tellCodes } = await codeUsed();
  tellCodes([]);
  await vi.waitFor(async () => expect(await ask(MAC, MAC)).toBe("unknown-device"), 20_000);
  expect(await ask(ticket.username, ticket.password)).toBe("code-withdrawn");
  await box.catchUp();
  expect(box.listEvents("guest.connected")).toEqual([]);
});

test("part of MC-1.5: a ticket of a code whose last moment was moved before now is refused", async () => {
  const { box, ticket, ask, tellCodes } = await codeUsed();
  const validUntil = new Date(box.store.read((tx) => tx.now).getTime() - 1000).toISOString();
  tellCodes([{ ...CODE, validUntil }]);
  await vi.waitFor(async () => expect(await ask(MAC, MAC)).toBe("unknown-device"), 20_000);
  expect(await ask(ticket.username, ticket.password)).toBe("code-expired");
});

test("part of MC-1.5: a ticket refused for its code is not spent: with the code given back it lets in", async () => {
  const { ticket, ask, tellCodes } = await codeUsed();
  tellCodes([]);
  const byTicket = () => ask(ticket.username, ticket.password);
  await vi.waitFor(async () => expect(await ask(MAC, MAC)).toBe("unknown-device"), 20_000);
  expect(await byTicket()).toBe("code-withdrawn");
  tellCodes([CODE]);
  await vi.waitFor(async () => expect(await byTicket()).toBe(30 * 60), 20_000);
});

test("part of MC-1.5: a NAS that asks again hears what it heard, though the code was withdrawn in between", async () => {
  const { ticket, ask, tellCodes } = await codeUsed();
  expect(await ask(ticket.username, ticket.password)).toBe(30 * 60);
  tellCodes([]);
  await vi.waitFor(async () => expect(await ask(MAC, MAC)).toBe("unknown-device"), 20_000);
  expect(await ask(ticket.username, ticket.password)).toBe(30 * 60);
});
