import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { runCommand } from "./run-command.ts";

const CHECKOUT = join(import.meta.dirname, "..", "..");
/** Of a process on a machine that is busy. */
const STARTED = { timeout: 60_000 };
const MAINS = ["box/foyer-main.ts", "cloud/foyer-cloud-main.ts"] as const;

function ask(main: string, words: readonly string[], language: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(CHECKOUT, "deploy", main), ...words],
    { encoding: "utf8", env: { ...process.env, LC_ALL: language } },
  );
  return { status, stdout, stderr };
}

describe("who may run a command", () => {
  afterEach(() => vi.restoreAllMocks());
  const asked = async (name: string) => {
    const done = vi.fn(() => 0);
    const showHelp = vi.fn();
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const commands = { status: done, version: done, log: done, help: done };
    const code = await runCommand(commands, () => ({ name }), showHelp);
    return { code, isDone: done.mock.calls.length === 1, said: said.mock.calls.join(), showHelp };
  };

  test.each(["version", "log", "help"])("anybody: %s", async (name) => {
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    expect(await asked(name)).toMatchObject({ code: 0, isDone: true });
  });

  test("root alone what looks at the state, where others were told that the box is not enrolled", async () => {
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    const refused = await asked("status");
    expect(refused).toMatchObject({ code: 2, isDone: false });
    expect(refused.said).toContain("sudo");
    vi.spyOn(process, "getuid").mockReturnValue(0);
    expect(await asked("status")).toMatchObject({ code: 0, isDone: true });
  });

  test.each([
    ["ENOSPC", "ENOSPC: no space left on device, write", "A disk is full: make room"],
    ["", "tar -xzf failed: tar: x: Cannot write: No space left on device", "A disk is full"],
    ["SQLITE_FULL", "database or disk is full", "A disk is full"],
    ["EROFS", "EROFS: read-only file system, open", "A disk takes no writing any more"],
    ["SQLITE_READONLY", "attempt to write a readonly database", "foyer: attempt to write"],
    ["ENOENT", "ENOENT: no such file", "foyer: ENOENT: no such file"],
  ])("what a disk refuses is said in words: %s", async (code, message, words) => {
    vi.spyOn(process, "getuid").mockReturnValue(0);
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const status = () => {
      throw Object.assign(new Error(message), { code });
    };
    expect(await runCommand({ status }, () => ({ name: "status" }), vi.fn())).toBe(1);
    expect(said.mock.calls.join()).toContain(words);
  });

  test("nobody what there is not: they are shown what there is", async () => {
    vi.spyOn(process, "getuid").mockReturnValue(1000);
    const { code, showHelp, said } = await asked("toString");
    expect([code, showHelp.mock.calls.length, said]).toEqual([2, 1, ""]);
  });
});

describe.each(MAINS)("%s", (main) => {
  test(
    "shows all there is, and how it is installed, to whoever asks an installation too",
    STARTED,
    () => {
      const words = ["install-from", CHECKOUT, "--help"];
      const { status, stdout, stderr } = ask(main, words, "vi_VN.UTF-8");
      expect([status, stderr]).toEqual([0, ""]);
      expect(stdout).toContain("install [");
      expect(stdout).toContain("uninstall [--remove-state]");
    },
  );
});

describe.skipIf(process.getuid?.() !== 0)("an installation that was asked for wrongly", () => {
  test.each([
    ["--portal-origin", "http://10.1.0.2/", "vi_VN.UTF-8"],
    ["--portal-origin", "ftp://10.1.0.2", "C"],
    ["--gateway", "eth 1", "C"],
  ])("says what is wrong, and begins nothing: %s %s", STARTED, (option, value, language) => {
    const words = ["install-from", CHECKOUT, option, value];
    const { status, stdout, stderr } = ask(MAINS[0], words, language);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(value);
    expect(stderr).not.toContain("foyer doctor");
  });
});
