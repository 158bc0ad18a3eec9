import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings, keepDoorNote, openBranchStore } from "@foyer/branch-store";
import type { BranchSettings } from "@foyer/contract";
import { expect, onTestFinished, test } from "vitest";
import { judgeDoor } from "./door-rules.ts";
import { lookAtDoor } from "./look-at-door.ts";

const require = createRequire(import.meta.url);
const BOX = "01990000-0000-7000-8000-000000000003";
const now = new Date("2026-03-01T02:00:00.000Z");

/** A box's folder, with the sample's two access controllers: CoovaChilli asks RADIUS, openNDS does not. */
function openBox() {
  const folder = mkdtempSync(join(tmpdir(), "foyer-door-"));
  const sample =
    require("@foyer/contract/fixtures/settings/branch-settings.json") as BranchSettings;
  const identity = { tenantId: sample.tenantId, branchId: sample.branch.id, boxId: BOX };
  const store = openBranchStore({ folder, identity, clock: () => now });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  const take = (nas: BranchSettings["nas"]) =>
    store.transaction((tx) => applySettings(tx, { ...sample, nas }));
  return { folder, store, sample, take };
}

test("an access point without RADIUS is silent until it leads a guest to the portal", () => {
  const { folder, store, sample, take } = openBox();
  take(sample.nas);
  const look = () => lookAtDoor(folder, () => now);
  const [before] = look()?.others ?? [];
  if (!before) throw new Error("openNDS is not told of");
  expect(look()).toMatchObject({ hasRadius: true, others: [{ kind: "opennds" }] });
  expect(judgeDoor(before.sight, now).kind).toBe("never-seen");
  store.transaction((tx) =>
    keepDoorNote(tx, {
      ...{ at: now, by: "portal", mac: "02-00-00-00-00-01", phone: null, nasId: before.id },
      ...{ sender: null, asked: "page", answer: "told", reason: null, policyId: null },
    }),
  );
  const [after] = look()?.others ?? [];
  expect(after && judgeDoor(after.sight, now)).toEqual({ kind: "seen", secondsAgo: 0 });
});

test("a branch whose access points all go without RADIUS is not told to add one that speaks it", () => {
  const { folder, sample, take } = openBox();
  take(sample.nas.filter(({ kind }) => kind === "opennds"));
  expect(lookAtDoor(folder, () => now)).toMatchObject({ hasRadius: false, others: [{}] });
  expect(lookAtDoor("/nowhere", () => now)).toBeNull();
});
