import { spawn, spawnSync } from "node:child_process";
import { describe, test } from "vitest";

/** Each real peer's command, and the Debian package that brings it. */
const PACKAGES = {
  radclient: "freeradius-utils",
  freeradius: "freeradius",
  eapol_test: "eapoltest",
  radsecproxy: "radsecproxy",
} as const;

function isInstalled(command: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;
}

/**
 * A describe of tests that need a real peer. Where it is missing they are skipped by name, or, with
 * FOYER_REQUIRE_PEERS=1, the run fails and says which package brings it.
 */
export function describeWithPeer(
  peer: keyof typeof PACKAGES,
  title: string,
  tests: () => void,
): void {
  const isMissing = !isInstalled(peer);
  const needs = isMissing ? ` (needs the Debian package ${PACKAGES[peer]})` : "";
  describe.skipIf(isMissing)(`${title}${needs}`, tests);
  if (isMissing && process.env.FOYER_REQUIRE_PEERS === "1")
    test(`${peer} is here`, () => {
      throw new Error(`${peer} is missing: apt-get install ${PACKAGES[peer]}`);
    });
}

export type RadclientRun = {
  /** Such as Access-Accept; null when nothing valid came back. */
  answer: string | null;
  /** The answer's attributes as radclient prints them, in order. */
  attributes: string[];
  /** How many packets went out. */
  sent: number;
  output: string;
};

export type RadclientOptions = {
  portNumber: number;
  command: "auth" | "acct" | "status";
  secret: string;
  /** Lines such as `User-Name = "an"`. */
  attributes: string[];
  waitSeconds?: number;
  retries?: number;
};

/** Runs the real radclient once. */
export async function runRadclient(options: RadclientOptions): Promise<RadclientRun> {
  const { portNumber, command, secret, attributes, waitSeconds = 2, retries = 1 } = options;
  const child = spawn(
    "radclient",
    [
      ...["-x", "-t", String(waitSeconds), "-r", String(retries)],
      ...[`127.0.0.1:${portNumber}`, command, secret],
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  child.stdin.end(`${attributes.join("\n")}\n`);
  await new Promise((resolve) => child.on("close", resolve));
  const [, received = ""] = output.split(/^Received /m);
  const lines = received.split("\n").slice(1);
  const end = lines.findIndex((line) => !line.startsWith("\t"));
  return {
    answer: /^([A-Za-z-]+) Id/.exec(received)?.[1] ?? null,
    attributes: lines.slice(0, end < 0 ? lines.length : end).map((line) => line.trim()),
    sent: output.match(/^Sent /gm)?.length ?? 0,
    output,
  };
}
