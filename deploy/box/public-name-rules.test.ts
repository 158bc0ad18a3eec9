import { expect, test } from "vitest";
import { levelOf } from "./doctor-rules.ts";
import { type ExaminedName, judgeName } from "./public-name-rules.ts";

const name = "abcdefgh2345.wifi.example";
const good = { name, days: 60, isGood: true, lifePartLeft: 0.7 };

test.each<[string, ExaminedName | null, string | null, string | null]>([
  ["neither served nor there", { isServed: false, certificate: null }, null, null],
  ["not looked at", null, null, null],
  ["not there yet", { isServed: true, certificate: null }, "public-name-waits", "note"],
  ["there and not served", { isServed: false, certificate: good }, "public-name-unserved", "note"],
  ["good", { isServed: true, certificate: good }, "public-name-right", "right"],
  [
    "not renewed in time",
    { isServed: true, certificate: { ...good, lifePartLeft: 0.2 } },
    "public-name-old",
    "note",
  ],
  [
    "at its end",
    { isServed: true, certificate: { ...good, isGood: false, lifePartLeft: 0 } },
    "public-name-ended",
    "wrong",
  ],
])("a public name that is %s is said as it is", (_, found, kind, level) => {
  const [finding] = judgeName(found);
  expect(finding?.kind ?? null).toBe(kind);
  expect(finding ? levelOf(finding) : null).toBe(level);
});
