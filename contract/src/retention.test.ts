import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readBranchSettings } from "./branch-settings.ts";
import { BOX_RETENTION, BOX_RETENTION_CLASSES, STANDARD_RETENTION } from "./retention.ts";

const GOLDEN = join(import.meta.dirname, "../fixtures/settings/branch-settings.json");

const read = (retention: object) =>
  readBranchSettings({ ...JSON.parse(readFileSync(GOLDEN, "utf8")), retention });

test("the standard days are taken, and so are the least and the most", () => {
  expect(read(STANDARD_RETENTION).kind).toBe("settings");
  for (const bound of ["min", "max"] as const) {
    const days = BOX_RETENTION_CLASSES.map((each) => [each, BOX_RETENTION[each][bound]]);
    expect(read(Object.fromEntries(days)).kind).toBe("settings");
  }
});

test.each(
  BOX_RETENTION_CLASSES.flatMap((each) => [
    [each, BOX_RETENTION[each].min - 1],
    [each, BOX_RETENTION[each].max + 1],
    [each, 30.5],
  ]),
)("%s = %d is refused with its place", (key, days) => {
  const faulty = read({ ...STANDARD_RETENTION, [key as string]: days });
  expect(faulty.kind === "invalid" && faulty.reason).toContain(`/retention/${key}`);
});
