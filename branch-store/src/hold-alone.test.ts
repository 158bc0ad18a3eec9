import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { holdAlone } from "./index.ts";

const makeFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-alone-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Another process that holds the folder until it is killed. */
const holdElsewhere = async (folder: string) => {
  const code = `import { holdAlone } from ${JSON.stringify(join(import.meta.dirname, "hold-alone.ts"))};
    console.log(holdAlone(process.argv[1], "agent") === null ? "refused" : "held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, folder]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const said = await new Promise<string>((resolve) =>
    child.stdout.once("data", (chunk) => resolve(String(chunk).trim())),
  );
  const kill = () =>
    new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
      child.kill("SIGKILL");
    });
  return { said, kill };
};

test("one process of a name holds a folder, until it lets go", () => {
  const folder = makeFolder();
  const held = holdAlone(folder, "agent");
  expect(held).not.toBeNull();
  expect(holdAlone(folder, "agent")).toBeNull();
  expect(holdAlone(folder, "other")).not.toBeNull();
  expect(holdAlone(makeFolder(), "agent")).not.toBeNull();
  held?.release();
  expect(holdAlone(folder, "agent")).not.toBeNull();
});

test("another process is refused, and one that was killed holds nothing any more", async () => {
  const folder = makeFolder();
  const first = await holdElsewhere(folder);
  expect(first.said).toBe("held");
  expect(holdAlone(folder, "agent")).toBeNull();
  expect((await holdElsewhere(folder)).said).toBe("refused");
  await first.kill();
  expect(holdAlone(folder, "agent")).not.toBeNull();
});
