import { expect, test } from "vitest";
import { nothingNamesThisMachine } from "./machine.ts";

test("a path of the writer's machine and a private key are found", () => {
  const run = (text: string) => nothingNamesThisMachine([{ path: "a.md", text }]);
  expect(run("see ./work/x, https://x.example/work/ and src/root/a.ts")).toEqual([]);
  for (const folder of ["home/lan", "Users/lan", "root/x", "work/x"])
    expect(run(`see /${folder}/a`), folder).toHaveLength(1);
  expect(run(`-----BEGIN ${"PRIVATE KEY"}-----`)).toHaveLength(1);
});
