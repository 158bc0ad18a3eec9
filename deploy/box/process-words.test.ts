import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readFilterConfig, readConfig as readGatewayConfig } from "@foyer/gateway";
import { readConfig as readPortalConfig } from "@foyer/portal";
import { readConfig as readRadiusConfig } from "@foyer/radius";
import { readConfig as readAgentConfig } from "@foyer/sync-agent";
import { describe, expect, test } from "vitest";
import { sayFinding } from "./doctor-words.ts";
import { inVietnamese, sayProcessWords } from "./process-words.ts";

type Environment = Record<string, string>;
type Read = { faults: readonly string[] } | { kind: "config" };

const read = (reader: (environment: Environment) => unknown) => (environment: Environment) => {
  const found = reader(environment) as Read;
  return "faults" in found ? [...found.faults] : [];
};
/** The settings' readers of all processes of a box. */
const READERS = [
  read(readRadiusConfig),
  read(readPortalConfig),
  read(readAgentConfig),
  read((environment) => readFilterConfig(environment, () => "")),
  read(readGatewayConfig),
];
const everyFault = (environment: Environment) =>
  READERS.flatMap((faultsOf) => faultsOf(environment));

/** Nothing that any of them would take. */
const WRONG: Environment = Object.fromEntries(
  [
    ...["STATE_FOLDER", "LOG_LEVEL", "OUTBOX_BYTES_MAX", "SYNC_STATUS_PORT"],
    ...["RADIUS_HOST", "RADIUS_AUTH_PORT", "RADIUS_ACCT_PORT", "RADIUS_STATUS_PORT"],
    ...["RADIUS_REJECT_DELAY_MILLISECONDS", "RADIUS_RADSEC_PORT", "RADIUS_CERTIFICATE"],
    ...["PORTAL_PORT", "PORTAL_ORIGIN", "PORTAL_TLS_PORT", "PORTAL_PROFILE_KEY"],
    ...["GATEWAY_INTERFACE", "GATEWAY_UPLINK", "GATEWAY_ADDRESS", "GATEWAY_NAME_SERVERS"],
    ...["GATEWAY_LINE_UPLOAD_KBPS", "GATEWAY_LINE_DOWNLOAD_KBPS", "GATEWAY_REDIRECT_PORT"],
  ].map((name) => [`FOYER_${name}`, "/no such thing"]),
);

describe("every refusal of a setting is known in Vietnamese", () => {
  test.each([
    ["where each is wrong", WRONG],
    ["where nothing is set", {}],
    ["where RadSec has no port", { FOYER_RADIUS_RADSEC_KEY: "/etc/foyer/key.pem" }],
    ["where two are the same", { FOYER_RADIUS_AUTH_PORT: "1812", FOYER_RADIUS_ACCT_PORT: "1812" }],
  ])("%s", (_, environment) => {
    const faults = everyFault(environment);
    expect(faults.length).toBeGreaterThan(4);
    for (const fault of faults) {
      const said = inVietnamese(fault);
      expect([fault, said]).toEqual([fault, expect.any(String)]);
      // What is to be mended stands in both by the same name.
      for (const [name] of fault.matchAll(/FOYER_\w+/g)) expect(said).toContain(name);
      expect(said).not.toMatch(/\b(give|set|is|and|the)\b/);
    }
  });

  test("each by a sentence of its own", () => {
    // The portal and the gateway say of the same one what they want, each in words of its own.
    const faults = everyFault(WRONG).filter((fault) => !fault.startsWith("FOYER_PORTAL_ORIGIN"));
    expect(new Set(faults.map(inVietnamese)).size).toBe(new Set(faults).size);
  });
});

test.each(["fatal", "error", "warn", "info", "debug", "trace", "silent"])(
  "the log level %s is one for every process",
  (level) => {
    const faults = everyFault({ FOYER_LOG_LEVEL: level });
    expect(faults.filter((fault) => fault.includes("FOYER_LOG_LEVEL"))).toEqual([]);
  },
);

const AGENT = [
  "faults.ts",
  "link.ts",
  "cloud.ts",
  "cloud-answer.ts",
  "push.ts",
  "settings-parts.ts",
]
  .map((name) => join(import.meta.dirname, "../../sync-agent/src", name))
  .concat(join(import.meta.dirname, "../../branch-store/src/settings.ts"))
  .map((path) => readFileSync(path, "utf8"))
  .join("\n");

/** As it stands in the agent's source, but for the `$` of what it puts in, and values for that. */
const SAID: readonly [source: string, values: readonly string[]][] = [
  ["the cloud refuses this box's key", []],
  ["the cloud finds the batch too large", []],
  ["the cloud is busy", []],
  ["the cloud acknowledged nothing", []],
  ["answered {status}: something before the cloud redirects", ["302"]],
  ["answered {status} without JSON: not the cloud", ["200"]],
  ["answered {status} where {TAKEN} was due: not the cloud", ["200", "204"]],
  ["the answer is longer than {bytesMax} bytes", ["100"]],
  ["out of reach: {code}", ["ECONNREFUSED"]],
  ["the store fails: {code}", ["SQLITE_FULL"]],
  ["the settings are for branch {settings.branch.id}", ["0199-a"]],
  ["version {settings.version} is older than {held}", ["3", "4"]],
  ["the outbox is full in about {Math.round(fullInDays ?? 0)} days at this pace", ["9"]],
  ["the answer is not a push reply", []],
  ["the answer speaks of another epoch", []],
  ["a picture is not the one its hash names", []],
  ["no answer in time", []],
  ["the call broke off", []],
  ["the outbox is full, and nothing that is left in it may be given up", []],
  ["the outbox is full: interims are given up, visits never", []],
  ["the outbox is full within a day at this pace", []],
];

describe("what the sync agent says of itself", () => {
  test.each(SAID)("%s", (source, values) => {
    expect(AGENT).toContain(source.replaceAll("{", "${"));
    const left = [...values];
    const words = source.replaceAll(/\{[^}]+\}/g, () => left.shift() ?? "");
    const said = sayFinding("vi", { kind: "agent-fault", part: "push", words });
    expect(said).not.toContain(words);
    for (const value of values.filter((each) => each !== "204")) expect(said).toContain(value);
  });

  test("that nobody knows is told as it is, and nothing at all is changed in English", () => {
    const words = "SQLITE_NOTADB: file is not a database";
    expect(inVietnamese(words)).toBeNull();
    expect(sayProcessWords("vi", words)).toBe(words);
    expect(sayProcessWords("en", "the cloud is busy")).toBe("the cloud is busy");
  });
});
