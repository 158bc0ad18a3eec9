import { listDoorNotes, listRefusedArrivals } from "@foyer/branch-store";
import type { AccessPolicy, BranchSettings, DoorNote } from "@foyer/contract";
import { expect, test, vi } from "vitest";
import {
  countTickets,
  GUEST_IP,
  MAC,
  openTestPortal,
  readCode,
  type TestPortal,
  unsignedNas,
} from "./open-portal.ts";

const PHONE = "0900000001";

const notesOf = (portal: TestPortal) => portal.store.read((tx) => listDoorNotes(tx, { mac: MAC }));

const waitForNote = (portal: TestPortal, expected: Partial<DoorNote>) =>
  vi.waitFor(() => expect(notesOf(portal).at(-1)).toMatchObject(expected), 20_000);

const withPolicies = (change: Partial<AccessPolicy>) => (settings: BranchSettings) => {
  settings.policies = settings.policies.map((policy) => ({ ...policy, ...change }));
};

const block = (settings: BranchSettings, until: string | null = null) => {
  const id = "0199f000-0000-7000-8000-0000000000aa";
  settings.deviceRules = [{ id, mac: MAC, kind: "block", policyId: null, until }];
};

test("a guest's way in is noted from the page to the NAS, and found by the number they gave", async () => {
  const portal = await openTestPortal();
  const guest = portal.browser();
  await guest.arrive();
  await guest.askForCode(PHONE);
  await guest.submit("/code", { code: "000000" });
  await guest.submit("/code", { code: await readCode(portal) });
  await guest.submit("/details", { name: "Lan" });
  await waitForNote(portal, { by: "portal", asked: "go-online", answer: "let-in" });
  const told = notesOf(portal).map(({ asked, answer, reason }) => `${asked} ${answer} ${reason}`);
  expect(told).toEqual([
    "page told null",
    "code told code-code",
    "typed refused code-wrong",
    "typed told code-right",
    "go-online let-in null",
  ]);
  const byPhone = portal.store.read((tx) => listDoorNotes(tx, { phone: "+84900000001" }));
  expect(byPhone).toHaveLength(5);
});

test("a guest led here by what no access point of the settings would send is noted, once in a while", async () => {
  const portal = await openTestPortal();
  const guest = portal.browser();
  for (const site of ["elsewhere", "elsewhere"])
    await guest.open(`/guest/s/${site}/?ap=02:00:00:00:00:01&id=02:00:00:00:00:02&t=1`);
  const refused = () => portal.store.read(listRefusedArrivals);
  await vi.waitFor(() => expect(refused()).not.toEqual([]), 20_000);
  expect(refused()).toMatchObject([
    { words: "no NAS of kind unifi is registered for this site", count: 1 },
  ]);
});

test("a code that no channel took is said to be unsent", async () => {
  const portal = await openTestPortal({
    settings: ({ signIn }) => {
      signIn.phone.channels = [
        {
          ...{ kind: "http-gateway", method: "GET", url: "http://127.0.0.1:9/", headers: {} },
          ...{ bodyTemplate: null, timeoutSeconds: 1 },
          success: { statusMin: 200, statusMax: 299, bodyIncludes: null },
        },
      ];
    },
  });
  const guest = portal.browser();
  await guest.arrive();
  await guest.askForCode(PHONE);
  await waitForNote(portal, { asked: "code", answer: "refused", reason: "code-unsent" });
});

test("closed hours are said as such, with the policy that closes", async () => {
  const allowedHours = [{ days: [1], from: "23:00", to: "23:30" }];
  const portal = await openTestPortal({ settings: withPolicies({ allowedHours }) });
  const guest = portal.browser();
  await guest.arrive();
  await guest.askForCode(PHONE);
  await guest.submit("/code", { code: await readCode(portal) });
  await guest.submit("/details", { name: "Lan" });
  await waitForNote(portal, {
    ...{ asked: "go-online", answer: "refused", reason: "outside-hours" },
    policyId: portal.settings.policies[0]?.id as string,
  });
});

test("a device that staff block sees a friendly page in its language, which asks it for nothing", async () => {
  const portal = await openTestPortal({ settings: block });
  const guest = portal.browser({ language: "vi" });
  const shown = await guest.arrive();
  expect(shown.status).toBe(403);
  expect(shown.words).toContain("Bạn hỏi nhân viên nhé");
  expect(shown.html).not.toContain("<form");
  await waitForNote(portal, { asked: "page", answer: "refused", reason: "blocked" });
});

test("a device that is blocked while its guest signs in is given no ticket", async () => {
  const portal = await openTestPortal();
  const guest = portal.browser();
  await guest.arrive();
  await guest.askForCode(PHONE);
  const code = await readCode(portal);
  portal.change((settings) => block(settings));
  await guest.submit("/code", { code });
  const shown = await guest.submit("/details", { name: "Lan" });
  expect(shown.words).toContain("Please talk to our staff");
  expect(countTickets(portal)).toBe(0);
  await waitForNote(portal, { answer: "refused", reason: "blocked" });
});

test("a block that is over stands in nobody's way", async () => {
  const portal = await openTestPortal({
    settings: (settings) => block(settings, "2026-03-01T02:05:00Z"),
  });
  const guest = portal.browser();
  expect((await guest.arrive()).status).toBe(403);
  portal.pass(301);
  expect((await guest.arrive()).status).toBe(200);
});

test("neither the code that was typed nor the number stands among the notes", async () => {
  const portal = await openTestPortal();
  const guest = portal.browser();
  await guest.arrive();
  await guest.askForCode(PHONE);
  await guest.submit("/code", { code: await readCode(portal) });
  await guest.submit("/details", { name: "Lan" });
  await waitForNote(portal, { asked: "go-online" });
  const rows = portal.store.read((tx) =>
    tx
      .sql("select teller, mac, asked, answer, reason, policy_id, phone_mark from door_notes")
      .all(),
  ) as Record<string, unknown>[];
  for (const row of rows)
    expect(Object.keys(row).filter((key) => String(row[key]).includes("900000001"))).toEqual([]);
});

test("what waits to be noted is kept when the portal stops", async () => {
  const portal = await openTestPortal();
  await portal.browser().arrive();
  await portal.app.close();
  expect(notesOf(portal)).toMatchObject([{ asked: "page", answer: "told" }]);
});

test("whoever calls itself by a thousand MACs pushes no guest's notes out", async () => {
  const portal = await openTestPortal();
  const macOf = (index: number) =>
    `02-AA-BB-DD-${[index >> 8, index & 255].map((each) => each.toString(16).padStart(2, "0")).join("-")}`;
  for (let index = 0; index < 200; index += 1)
    await portal.browser({ nas: unsignedNas, mac: macOf(index).toUpperCase() }).arrive();
  await portal.browser().arrive();
  await portal.app.close();
  const { count } = portal.store.read((tx) =>
    tx.sql("select count(*) as count from door_notes").get(),
  ) as { count: number };
  expect(count).toBe(122);
  const told = portal.store.read(listRefusedArrivals);
  expect(told).toMatchObject([
    { words: expect.stringContaining("120 devices a minute from one address"), count: 1 },
  ]);
  expect(JSON.stringify(told)).not.toContain(GUEST_IP);
  expect(notesOf(portal)).toMatchObject([{ asked: "page" }]);
});
