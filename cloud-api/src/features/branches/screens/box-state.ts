import type { Box } from "./replies.ts";

/** A box holds its long poll open for less than this; longer without a word is a silence. */
export const SILENT_AFTER_SECONDS = 120;

export type BoxState = "waiting" | "online" | "silent";

/** How a box is, by when it was last heard. */
export function findBoxState(box: Pick<Box, "lastContactAt">, now: Date): BoxState {
  if (box.lastContactAt === null) return "waiting";
  const seconds = (now.getTime() - new Date(box.lastContactAt).getTime()) / 1000;
  return seconds <= SILENT_AFTER_SECONDS ? "online" : "silent";
}

export type SettingsState = "none" | "behind" | "in-force" | "refused";

/** Whether the branch's newest settings have reached a box. */
export function findSettingsState(
  box: Pick<Box, "settingsVersion" | "settingsFault">,
  newestVersion: number,
): SettingsState {
  if (box.settingsFault !== null) return "refused";
  if (box.settingsVersion === 0) return "none";
  return box.settingsVersion < newestVersion ? "behind" : "in-force";
}
