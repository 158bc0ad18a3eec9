import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findInLogs } from "./logged-words.ts";

test("what is said anywhere in a log is found, and what chance has made is not", () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-logs-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = [
    { time: 123456, pid: 123456, msg: "started" },
    { msg: "sent", id: "01990000-1234-7123-8123-456123456789", hash: "x123456y" },
    { msg: "sent", about: { said: ["your code is 123456."] } },
    { msg: "number", code: 123456 },
  ];
  const text = [...lines.map((line) => JSON.stringify(line)), "phone +84912000101!"].join("\n");
  writeFileSync(join(folder, "portal.log"), text);
  expect(findInLogs(folder, ["123456"])).toHaveLength(2);
  expect(findInLogs(folder, ["+84912000101"])).toEqual(["portal.log: phone +84912000101!"]);
  expect(findInLogs(folder, ["654321"])).toEqual([]);
});
