import { expect, onTestFinished, test, vi } from "vitest";
import { openLog, withoutGuests } from "../log.ts";
import { runCommand } from "./commands.ts";
import { keepRunning } from "./kept-running.ts";

const log = openLog("test", "silent");

test("what a program complains of is heard line by line, and it is begun anew when it ends", async () => {
  const heard: string[] = [];
  const kept = keepRunning({
    ...{ name: "complaining", command: "sh", log },
    words: ["-c", "printf 'one\\ntwo\\n' >&2"],
    hear: (line) => heard.push(line),
  });
  onTestFinished(() => kept.stop());
  await vi.waitFor(() => expect(heard).toEqual(["one", "two", "one", "two"]), 10_000);
});

test("why a command failed is said without the guests whom it was about", async () => {
  const said = "<cmdline>:1:1: add element leased { 02:aa:BB:cc:00:11 . 10.42.0.11 }";
  const failing = runCommand("sh", ["-c", "cat >&2; exit 3"], said);
  await expect(failing).rejects.toThrow(
    "ended with 3: <cmdline>:1:1: add element leased { (device) . (address) }",
  );
});

test("a device is known in either way of writing it, and what is none stays", () => {
  expect(withoutGuests("02-AA-BB-CC-00-11 at 192.168.1.9, port 67")).toBe(
    "(device) at (address), port 67",
  );
  expect(withoutGuests("dnsmasq[12]: started, version 2.90")).toBe(
    "dnsmasq[12]: started, version 2.90",
  );
});
