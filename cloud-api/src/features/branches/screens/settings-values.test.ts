import golden from "@foyer/contract/fixtures/settings/branch-settings.json" with { type: "json" };
import { expect, test } from "vitest";
import {
  findSettingAt,
  listChanged,
  mergeSettings,
  raiseTextVersions,
  readSetting,
  type Settings,
  writeSetting,
} from "./settings-values.ts";

const base = golden as unknown as Settings;

test("a setting that the document says nothing of is put in with what holds it, and goes with it", () => {
  const { email: _email, ...signIn } = base.signIn;
  const without: Settings = { ...base, signIn };
  const written = writeSetting(without, "email", true);
  expect(written.signIn.email).toEqual({ enabled: true });
  expect(writeSetting(written, "email", undefined)).toEqual(without);
});

test("a document that is written to is not changed itself, and says which settings are others", () => {
  const before = structuredClone(base);
  const written = writeSetting(writeSetting(base, "triesMax", 9), "greet", "never");
  expect(base).toEqual(before);
  expect(listChanged(base, written)).toEqual(["triesMax", "greet"]);
  expect(listChanged(base, writeSetting(written, "greet", base.signIn.greet))).toEqual([
    "triesMax",
  ]);
});

test("what two people changed in different settings is merged, and all else is the newest", () => {
  const mine = writeSetting(base, "triesMax", 9);
  const theirs = { ...writeSetting(base, "visitGapMinutes", 30), version: base.version + 1 };
  const { document, clashes } = mergeSettings({ base, mine, theirs });
  expect(clashes).toEqual([]);
  expect(document.version).toBe(base.version + 1);
  expect(readSetting(document, "triesMax")).toBe(9);
  expect(readSetting(document, "visitGapMinutes")).toBe(30);
});

test("a setting that two people changed is named, unless both say the same", () => {
  const mine = writeSetting(writeSetting(base, "triesMax", 9), "greet", "never");
  const theirs = writeSetting(writeSetting(base, "triesMax", 3), "greet", "never");
  const { document, clashes } = mergeSettings({ base, mine, theirs });
  expect(clashes).toEqual(["triesMax"]);
  expect(readSetting(document, "triesMax")).toBe(9);
});

test("a text for consent whose words change gets the next version, and the others keep theirs", () => {
  const [first, ...others] = base.legalTexts;
  if (!first) throw new Error("the golden settings have a text");
  const legalTexts = [{ ...first, label: { ...first.label, en: "Other words" } }, ...others];
  const raised = raiseTextVersions(base, { ...base, legalTexts });
  expect(raised.legalTexts.map(({ version }) => version)).toEqual([
    first.version + 1,
    ...others.map(({ version }) => version),
  ]);
  expect(raiseTextVersions(base, base)).toEqual(base);
});

test("messages asked about by channel are the next version of the text that was one question", () => {
  const before = base.legalTexts.find(({ purpose }) => purpose === "marketing");
  if (!before) throw new Error("the golden settings have a text about messages");
  const { purpose: _, version, ...words } = before;
  const legalTexts = base.legalTexts.filter(({ purpose }) => purpose !== "marketing");
  const marketingText = { version, ...words, channels: ["zalo" as const] };
  const raised = raiseTextVersions(base, { ...base, legalTexts, marketingText });
  expect(raised.marketingText).toEqual({ ...marketingText, version: version + 1 });
  expect(raised.legalTexts).toEqual(legalTexts);
  const more = { ...raised, marketingText: { ...raised.marketingText, channels: ["zalo", "sms"] } };
  const again = raiseTextVersions(raised, more as Settings);
  expect(again.marketingText?.version).toBe(version + 2);
  expect(raiseTextVersions(raised, raised)).toEqual(raised);
});

test("a fault is found at the setting it lies in, or at the one that mends it", () => {
  expect(findSettingAt("/signIn/phone/codeSeconds")).toBe("codeSeconds");
  expect(findSettingAt("/signIn/details/fields/0/label")).toBe("details");
  expect(findSettingAt("/legalTexts/1/label")).toBe("legalTexts");
  expect(findSettingAt("/signIn/email")).toBe("email");
  expect(findSettingAt("/signIn/phone/channels")).toBe("phone");
  expect(findSettingAt("/signIn")).toBe("order");
  expect(findSettingAt("/policies/0/name")).toBeNull();
});
