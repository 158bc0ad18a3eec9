import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBranchSettings } from "./branch-settings.ts";
import { foldName, foldRoom } from "./room-stays.ts";

const GOLDEN = join(import.meta.dirname, "../fixtures/settings/branch-settings.json");
const STAY = {
  ...{ room: "204", name: "Nguyễn" },
  ...{ validFrom: "2026-03-01T07:00:00Z", validUntil: "2026-03-04T05:00:00Z" },
};

test.each([
  ["Nguyễn", "nguyen"],
  ["NGUYỄN ", "nguyen"],
  ["Đặng", "dang"],
  ["O’Neill", "oneill"],
  ["Smith-Jones", "smithjones"],
  ["Weiß", "weiss"],
  ["Łukasz Sørensen", "lukaszsorensen"],
  ["محمدی", "محمدی"],
  ["- '", ""],
])("the name %s is compared as %s", (typed, folded) => {
  expect(foldName(typed)).toBe(folded);
});

test.each([
  [" 12 b", "12B"],
  ["12-B", "12B"],
  ["１２B", "12B"],
  ["0204", "0204"],
])("the room %s is compared as %s", (typed, folded) => {
  expect(foldRoom(typed)).toBe(folded);
});

test.each([
  ["/roomStays/0/room", { room: " - " }],
  ["/roomStays/0/name", { name: "..." }],
  ["/roomStays/0/validUntil", { validUntil: STAY.validFrom }],
  ["/roomStays/0/validFrom", { validFrom: "tomorrow" }],
])("a fault at %s is said with its place, and never whose stay it is", (place, change) => {
  const settings = JSON.parse(readFileSync(GOLDEN, "utf8"));
  settings.roomStays = [STAY];
  expect(readBranchSettings(settings).kind).toBe("settings");
  settings.roomStays = [{ ...STAY, ...change }];
  const read = readBranchSettings(settings);
  expect(read.kind === "invalid" && read.reason).toContain(place);
  expect(read.kind === "invalid" && read.reason).not.toContain("Nguy");
});

test("a branch may have rooms as its only way in", () => {
  const settings = JSON.parse(readFileSync(GOLDEN, "utf8"));
  settings.signIn.phone.enabled = false;
  settings.signIn.clickThrough = "off";
  expect(readBranchSettings(settings).kind).toBe("invalid");
  settings.signIn.room = { enabled: true };
  expect(readBranchSettings(settings).kind).toBe("settings");
});
