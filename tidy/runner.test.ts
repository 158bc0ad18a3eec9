import { expect, test } from "vitest";
import { judgeRun, listPackages } from "./runner.ts";

test("the packages are read from the workspace", () => {
  const workspace = "packages:\n  - contract\n  - cloud-api\n\nnodeVersion: 26.10.0\n";
  expect(listPackages(workspace)).toEqual(["contract", "cloud-api"]);
});

test("a package without tests and a file the runner misses are found", () => {
  const files = [{ path: "b/src/x.spec.ts", text: 'test("a", () => {});' }];
  expect(judgeRun(["a/x.test.ts"], files, ["a", "b"])).toEqual([
    "the runner finds no test of b",
    "b/src/x.spec.ts holds tests that the runner does not find",
  ]);
  expect(judgeRun(["a/x.test.ts"], [], ["a"])).toEqual([]);
});
