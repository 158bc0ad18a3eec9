import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { holdAlone } from "@foyer/branch-store";
import { expect, onTestFinished, test } from "vitest";
import { findFreePortBase } from "../test/free-ports.ts";
import { startDemo } from "./demo.ts";
import { portsFrom } from "./ports.ts";

test("a second start with the same data says so, and touches nothing of the first", async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), "foyer-second-"));
  const first = holdAlone(dataFolder, "demo");
  onTestFinished(() => {
    first?.release();
    rmSync(dataFolder, { recursive: true });
  });
  const ports = portsFrom(await findFreePortBase());
  const said: string[] = [];
  const second = startDemo({
    ...{ ports, dataFolder, guests: [], say: (line) => said.push(line) },
    onUnexpectedEnd: (reason) => said.push(reason),
  });
  await expect(second).rejects.toThrow(`Foyer runs already with what is kept in ${dataFolder}`);
  expect([said, readdirSync(dataFolder)]).toEqual([[], ["demo.lock"]]);
});
