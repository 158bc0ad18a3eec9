import { createHmac } from "node:crypto";
import { applyKnownGuests, endSession, startSession } from "@foyer/branch-store";
import type { AccessPolicy } from "@foyer/contract";
import { describe, expect, test } from "vitest";
import {
  type Browser,
  MAC,
  openTestPortal,
  readCode,
  signedNas,
  type TestPortal,
} from "./open-portal.ts";

/** A portal whose one policy is changed, and a guest who went online on it once, for a while. */
async function afterStay(change: Partial<AccessPolicy>, seconds: number) {
  const portal = await openTestPortal({
    settings: (settings) => {
      settings.policies = settings.policies.map((policy) => ({ ...policy, ...change }));
    },
  });
  const browser = portal.browser();
  await signIn(portal, browser);
  stay(portal, seconds);
  await browser.arrive();
  return { portal, browser };
}

async function signIn(portal: TestPortal, browser: Browser) {
  await browser.arrive();
  await browser.askForCode("0912345678");
  await browser.submit("/code", { code: await readCode(portal) });
  await browser.post("/details", { name: "Lan" });
}

function stay(portal: TestPortal, seconds: number) {
  const session = { nasId: signedNas.id, acctSessionId: "s-1", mac: MAC };
  portal.store.transaction((tx) => startSession(tx, { ...session, at: tx.now }));
  portal.pass(seconds);
  const used = { connectedSeconds: seconds, cause: "User-Request" };
  portal.store.transaction((tx) => endSession(tx, { ...session, ...used, at: tx.now }));
}

describe("a guest whom the cloud has put into a group", () => {
  const VIP = "01990000-0000-7000-8000-0000000000f1";
  const KEY = Buffer.alloc(32, 7);

  /** Signs in by phone at a box that has been told of this number; gives the policy granted. */
  async function grantTo(groups: string[]) {
    const portal = await openTestPortal({
      settings: (settings) => {
        const when = { methods: [], visitNumberMin: null };
        settings.policies = settings.policies.slice(-1).flatMap((policy) => [
          { ...policy, id: VIP, when: { ...when, groups: [VIP] } },
          { ...policy, when },
        ]);
      },
    });
    const phoneHash = createHmac("sha256", KEY).update("+84912345678").digest("hex");
    const person = { customerId: VIP, guestIds: [], name: null, language: null, visits: 0 };
    portal.store.transaction((tx) =>
      applyKnownGuests(tx, {
        ...{ position: 1, complete: true, key: KEY.toString("base64"), removed: [] },
        ...{ guests: [{ ...person, phoneHash, groups }], countedThrough: null },
      }),
    );
    await signIn(portal, portal.browser());
    return portal.events("guest.connected")[0]?.payload.policyId;
  }

  test("part of MC-2.6: gets that group's policy at the first sign-in here, others do not", async () => {
    expect(await grantTo([VIP])).toBe(VIP);
    // Of a group that stands in it: the cloud tells their own first, and those around it.
    expect(await grantTo(["01990000-0000-7000-8000-0000000000f2", VIP])).toBe(VIP);
    const other = await grantTo([]);
    expect(other).toBeDefined();
    expect(other).not.toBe(VIP);
  });
});

describe("a guest whose policy leaves nothing just now", () => {
  test("part of MC-2.4: hears that today's time is used up, gets no ticket, and one tomorrow", async () => {
    const quotas = [{ per: "day" as const, seconds: 3600, bytes: null }];
    const { portal, browser } = await afterStay({ quotas }, 3600);
    const refused = await browser.post("/returning");
    expect(refused.status).toBe(403);
    expect(refused.words).toContain("It starts anew tomorrow");
    expect(portal.events("guest.connected")).toHaveLength(1);
    portal.pass(24 * 60 * 60);
    await browser.arrive();
    expect((await browser.post("/returning")).status).toBe(303);
  });

  test("hears when the Wi-Fi opens again, in the branch's time and the guest's language", async () => {
    const allowedHours = [{ days: [1, 2, 3, 4, 5, 6, 7], from: "09:00", to: "10:00" }];
    const { browser } = await afterStay({ allowedHours }, 3600);
    const refused = await browser.post("/returning");
    expect(refused.status).toBe(403);
    expect(refused.words).toMatch(/opens again Monday (at )?09:00/);
  });

  test("with something left goes online until it is used up", async () => {
    const quotas = [{ per: "visit" as const, seconds: 3600, bytes: null }];
    const { browser } = await afterStay({ quotas }, 1800);
    expect((await browser.post("/returning")).status).toBe(303);
  });
});
