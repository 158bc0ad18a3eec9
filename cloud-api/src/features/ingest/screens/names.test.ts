import { expect, test } from "vitest";
import { features } from "../../../features.ts";
import en from "../locales/en.json";

test("every part of Foyer that follows the log has a name that staff can read", () => {
  const nameless = features
    .filter(({ handlers }) => handlers !== undefined)
    .map(({ name }) => name)
    .filter((name) => !(`feature-${name}` in en));
  expect(nameless).toEqual([]);
});
