import { expect, test } from "vitest";
import { inTheme } from "./index.ts";

const STYLE = "a{color:red}\n@media(prefers-color-scheme:dark){a{color:blue}}";

test("a page in one theme is in no other, whatever the device it is looked at on is set to", () => {
  expect(inTheme(STYLE, "light")).toContain("@media not all{a{color:blue}}");
  expect(inTheme(STYLE, "dark")).toContain("@media all{a{color:blue}}");
  // Boxes to tick and the like are the browser's own.
  for (const theme of ["light", "dark"] as const)
    expect(inTheme(STYLE, theme)).toContain(`color-scheme:only ${theme}`);
});
