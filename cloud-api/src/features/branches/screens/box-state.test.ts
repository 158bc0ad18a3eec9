import { expect, test } from "vitest";
import { findBoxState, findSettingsState } from "./box-state.ts";

const now = new Date("2026-03-01T10:00:00Z");

test("a box that has never called in waits; it is not called silent", () => {
  expect(findBoxState({ lastContactAt: null }, now)).toBe("waiting");
});

test("a box is online up to two minutes after its last word, and silent after", () => {
  expect(findBoxState({ lastContactAt: "2026-03-01T09:58:00Z" }, now)).toBe("online");
  expect(findBoxState({ lastContactAt: "2026-03-01T09:57:59Z" }, now)).toBe("silent");
});

test("a box whose clock is ahead of this browser's is online, not unknown", () => {
  expect(findBoxState({ lastContactAt: "2026-03-01T10:00:30Z" }, now)).toBe("online");
});

test("refused settings are told before anything else about their version", () => {
  expect(findSettingsState({ settingsVersion: 2, settingsFault: "nas/0: unknown kind" }, 3)).toBe(
    "refused",
  );
  expect(findSettingsState({ settingsVersion: 2, settingsFault: null }, 3)).toBe("behind");
  expect(findSettingsState({ settingsVersion: 3, settingsFault: null }, 3)).toBe("in-force");
  expect(findSettingsState({ settingsVersion: 0, settingsFault: null }, 1)).toBe("none");
});
