import { expect, test } from "vitest";
import { type HostFacts, type HostFault, listHostFaults, setAssignments } from "./host-rules.ts";
import { say } from "./words.ts";

const debian = (version: string) =>
  `PRETTY_NAME="Debian GNU/Linux ${version}"\nID=debian\nVERSION_ID="${version}"\n`;
const well: HostFacts = {
  ...{ isRoot: true, osRelease: debian("12"), architecture: "x64", releaseFor: "x64" },
  ...{ hasSystemctl: true, freeBytes: 8 * 1024 ** 3 },
};

test.each([
  ["Debian 12", debian("12")],
  ["Debian 13", debian("13")],
  ["Debian that is not out yet", "ID=debian\n"],
  ["Raspberry Pi OS of 64 bits, which calls itself Debian", debian("12")],
  [
    "Ubuntu, which is like Debian and counts its own versions",
    "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=24.04\n",
  ],
])("a box may be installed on %s", (_, osRelease) => {
  expect(listHostFaults({ ...well, osRelease })).toEqual([]);
  expect(listHostFaults({ ...well, architecture: "arm64", releaseFor: "arm64" })).toEqual([]);
});

test.each<[string, Partial<HostFacts>, HostFault["kind"], string]>([
  ["by anybody but root", { isRoot: false }, "not-root", "sudo"],
  ["on Fedora", { osRelease: "ID=fedora\nPRETTY_NAME=Fedora\n" }, "other-system", "Fedora"],
  ["on Debian 11", { osRelease: debian("11") }, "too-old", "Debian GNU/Linux 11"],
  ["on another processor", { architecture: "arm" }, "other-processor", "arm"],
  ["without systemd", { hasSystemctl: false }, "no-systemd", "systemd"],
  ["without room", { freeBytes: 1024 ** 2 }, "no-room", "1 MiB"],
])("a box is not installed %s, and it is said why in both languages", (_, change, kind, words) => {
  const [fault, ...more] = listHostFaults({ ...well, ...change });
  expect(fault?.kind).toBe(kind);
  expect(more).toEqual([]);
  for (const language of ["en", "vi"] as const) expect(say(language, fault!)).toContain(words);
  expect(say("vi", fault!)).not.toBe(say("en", fault!));
});

test("a setting is written where it stood, where its example stood, or at the end, and no other line changes", () => {
  const text = "# What is set\nA=1\n#B=example\n\n  C=3";
  expect(setAssignments(text, { A: "$&", B: "2", D: "4" })).toBe(
    "# What is set\nA=$&\nB=2\n\n  C=3\nD=4\n",
  );
  expect(setAssignments("", { A: "1" })).toBe("A=1\n");
  expect(setAssignments("AA=1\n", { A: "2" })).toBe("AA=1\nA=2\n");
});
