import { expect, test } from "vitest";
import { readConfig } from "./config.ts";

const good = { FOYER_STATE_FOLDER: "/var/lib/foyer", FOYER_PORTAL_ORIGIN: "http://10.1.0.2:8080" };

test("what is not set has a plain default", () => {
  expect(readConfig(good)).toEqual({
    kind: "config",
    config: {
      stateFolder: "/var/lib/foyer",
      host: "0.0.0.0",
      port: 8080,
      origin: "http://10.1.0.2:8080",
      logLevel: "info",
    },
  });
});

test("all faults are told together", () => {
  const read = readConfig({
    FOYER_PORTAL_PORT: "80000",
    FOYER_PORTAL_ORIGIN: "http://10.1.0.2/guest",
    FOYER_LOG_LEVEL: "loud",
  });
  expect(read.kind === "invalid" && read.faults.map((each) => each.split(" ")[0])).toEqual([
    "FOYER_STATE_FOLDER",
    "FOYER_PORTAL_PORT",
    "FOYER_PORTAL_ORIGIN",
    "FOYER_LOG_LEVEL",
  ]);
});
