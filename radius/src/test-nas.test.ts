import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applySettings } from "@foyer/branch-store";
import { describe, expect, onTestFinished, test } from "vitest";
import { sampleSettings } from "../test/box.ts";
import { logIn, report, startBoxOf } from "../test/report.ts";
import { type SeenBox, startSeenBox } from "../test/seen-box.ts";

const require = createRequire(import.meta.url);

describe("the server", () => {
  test("does not answer, has its status port off, or was never started", async () => {
    const box = await startBoxOf();
    await box.close();
    expect((await report(box)).text).toContain(
      `does not answer at 127.0.0.1:${box.statusPort} (ECONNREFUSED). Start it`,
    );
    expect((await report({ ...box, statusPort: null })).text).toContain("The status port is off");
    const folder = mkdtempSync(join(tmpdir(), "foyer-radius-report-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    expect((await report({ ...box, folder })).text).toContain("holds no store yet");
  });

  test("is another box's", async () => {
    const [box, other] = [await startBoxOf(), await startBoxOf()];
    const { tenantId, branch } = sampleSettings();
    writeFileSync(
      join(box.folder, "box.json"),
      JSON.stringify({
        ...{ tenantId, branchId: branch.id, boxId: "01990000-0000-7000-8000-000000000004" },
        cloudUrl: "http://127.0.0.1:1",
      }),
    );
    const { isWell, text } = await report({ ...box, statusPort: other.statusPort });
    expect(isWell).toBe(false);
    expect(text).toContain("answers the server of another box");
  });

  test("has no settings, or none with an access point that speaks RADIUS", async () => {
    const box = await startSeenBox({ settings: null });
    expect((await report(box)).text).toContain("have no access point that speaks RADIUS");
    box.store.transaction((tx) =>
      applySettings(
        tx,
        sampleSettings((each) => {
          each.nas = [];
        }),
      ),
    );
    expect((await report(box)).isWell).toBe(false);
  });
});

test("a Vietnamese terminal reads Vietnamese", async () => {
  const box = await startBoxOf();
  await logIn(box, { isSigned: false });
  const { text, isWell } = await report(box, { language: "vi" });
  expect(isWell).toBe(false);
  expect(text).toContain("SAI    Gói đăng nhập không có Message-Authenticator");
  expect(text).toContain("1 điều cần sửa.");
});

describe("node radius/src/test-nas.ts", () => {
  const run = async (box: SeenBox, parameters: string[], more: Record<string, string> = {}) => {
    const child = spawn(process.execPath, [require.resolve("./test-nas.ts"), ...parameters], {
      env: {
        FOYER_STATE_FOLDER: box.folder,
        FOYER_RADIUS_STATUS_PORT: String(box.statusPort),
        ...more,
      },
    });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (part) => {
        text += part;
      });
    const [code] = await once(child, "close");
    return { code, text };
  };

  test("ends with 0 when all is well, and with 1 when something is wrong", async () => {
    const box = await startBoxOf();
    const before = await run(box, [], { LANG: "vi_VN.UTF-8" });
    expect(before).toMatchObject({ code: 1, text: expect.stringContaining("Chưa nhận được gói") });
    await logIn(box);
    const after = await run(box, ["Ground floor", "--seconds", "0"]);
    expect(after).toMatchObject({ code: 0, text: expect.stringContaining("All is well.") });
  });

  test("says how it is used where it was not understood, and what is not set", async () => {
    const box = await startBoxOf();
    for (const wrong of [["--seconds", "soon"], ["a", "b"], ["--help"]])
      expect(await run(box, wrong)).toMatchObject({
        ...{ code: 1, text: expect.stringContaining("Usage: node radius/src/test-nas.ts") },
      });
    expect(await run(box, [], { FOYER_STATE_FOLDER: "" })).toMatchObject({
      ...{ code: 1, text: "test-nas: FOYER_STATE_FOLDER is not set\n" },
    });
  });
});
