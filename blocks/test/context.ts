import type { BlockContext } from "../src/block.ts";

/** Somebody of whom nothing was proved, on a page in English. */
export const stranger: BlockContext = {
  language: "en",
  languages: ["en"],
  branchName: "Quán Gió",
  guestName: null,
  visitNumber: null,
  now: new Date("2026-03-01T02:00:00Z"),
  timeZone: "Asia/Ho_Chi_Minh",
  stage: "before",
  findSurvey: () => null,
};

export const lan: BlockContext = { ...stranger, guestName: "Lan", visitNumber: 3 };

export const PIXEL = "data:image/png;base64,iVBORw0KGgo=";
/** What no page may obey, whoever wrote it. */
export const MARKUP = `<script>alert("x")</script>&'`;
