import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { readConfig, readReportConfig } from "./config.ts";

const enrolledFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "foyer-radius-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const id = (last: number) => `01990000-0000-7000-8000-00000000000${last}`;
  const identity = { tenantId: id(1), branchId: id(2), boxId: id(3) };
  const document = { ...identity, cloudUrl: "https://cloud.example" };
  writeFileSync(join(folder, "box.json"), JSON.stringify(document));
  return folder;
};

test("an enrolled box needs nothing but its state folder", () => {
  const stateFolder = enrolledFolder();
  expect(readConfig({ FOYER_STATE_FOLDER: stateFolder })).toEqual({
    kind: "config",
    config: {
      ...{ stateFolder, host: "0.0.0.0", authPort: 1812, acctPort: 1813, logLevel: "info" },
      ...{ certificate: null, rejectDelayMilliseconds: 1000, radsec: null },
      statusPort: 18120,
      supervision: null,
    },
  });
});

test.each([
  ["0", 0],
  ["5000", 5000],
  ["5001", null],
  ["-1", null],
  ["1s", null],
  ["", null],
])("a reject delay of %o milliseconds is read as %o", (text, milliseconds) => {
  const read = readConfig({
    FOYER_STATE_FOLDER: enrolledFolder(),
    FOYER_RADIUS_REJECT_DELAY_MILLISECONDS: text,
  });
  expect(read).toMatchObject(
    milliseconds === null
      ? { faults: [expect.stringContaining("give milliseconds from 0 to 5000")] }
      : { config: { rejectDelayMilliseconds: milliseconds } },
  );
});

test("a certificate comes with its key or not at all", () => {
  const stateFolder = enrolledFolder();
  const read = (more: Record<string, string>) =>
    readConfig({ FOYER_STATE_FOLDER: stateFolder, ...more });
  const certificate = { FOYER_RADIUS_CERTIFICATE: "/a.pem" };
  const key = { FOYER_RADIUS_CERTIFICATE_KEY: "/b.pem" };
  expect(read({ ...certificate, ...key })).toMatchObject({
    config: { certificate: { certificateFile: "/a.pem", keyFile: "/b.pem" } },
  });
  for (const half of [certificate, key])
    expect(read(half)).toMatchObject({
      kind: "faults",
      faults: [expect.stringContaining("go together: set both")],
    });
});

test("all faults are told together, each with what to set", () => {
  const read = readConfig({
    FOYER_RADIUS_HOST: "localhost",
    FOYER_RADIUS_AUTH_PORT: "65536",
    FOYER_RADIUS_ACCT_PORT: "x",
    FOYER_LOG_LEVEL: "loud",
  });
  expect(read.kind === "faults" && read.faults.map((fault) => fault.split(" ")[0])).toEqual([
    "FOYER_STATE_FOLDER",
    "FOYER_RADIUS_HOST",
    "FOYER_LOG_LEVEL",
    "FOYER_RADIUS_AUTH_PORT",
    "FOYER_RADIUS_ACCT_PORT",
  ]);
});

test("a box that was not enrolled is told so", () => {
  const read = readConfig({ FOYER_STATE_FOLDER: join(tmpdir(), "no-such-folder") });
  expect(read).toMatchObject({
    kind: "faults",
    faults: [expect.stringContaining("box.json cannot be read")],
  });
});

test("one port cannot be both", () => {
  const read = readConfig({
    FOYER_STATE_FOLDER: enrolledFolder(),
    FOYER_RADIUS_AUTH_PORT: "1813",
  });
  expect(read).toMatchObject({ kind: "faults", faults: [expect.stringContaining("same port")] });
});

test.each([
  [undefined, 18120],
  ["18121", 18121],
  ["0", null],
])(
  "the status port is %o: it is opened at %o, for the server and for who asks it",
  (text, statusPort) => {
    const environment = {
      FOYER_STATE_FOLDER: enrolledFolder(),
      ...(text && { FOYER_RADIUS_STATUS_PORT: text }),
    };
    expect(readConfig(environment)).toMatchObject({ config: { statusPort } });
    expect(readReportConfig(environment)).toMatchObject({ config: { statusPort } });
  },
);

test("a status port that is none is told by both", () => {
  const environment = {
    FOYER_STATE_FOLDER: enrolledFolder(),
    FOYER_RADIUS_STATUS_PORT: "18120x",
  };
  for (const read of [readConfig, readReportConfig])
    expect(read(environment)).toMatchObject({
      faults: [expect.stringContaining("FOYER_RADIUS_STATUS_PORT")],
    });
});

test.each([
  [{}, "en"],
  [{ LANG: "vi_VN.UTF-8" }, "vi"],
  [{ LANG: "vi" }, "vi"],
  [{ LANG: "vi_VN.UTF-8", LC_ALL: "C.UTF-8" }, "en"],
  [{ LANG: "vi_VN.UTF-8", LC_ALL: "" }, "vi"],
  [{ LANG: "C.UTF-8", LC_MESSAGES: "vi_VN" }, "vi"],
  [{ LANG: "vim" }, "en"],
])("a terminal with %o reads %s", (locale, language) => {
  const environment = { FOYER_STATE_FOLDER: enrolledFolder(), ...locale };
  expect(readReportConfig(environment)).toMatchObject({ config: { language } });
});

describe("RadSec", () => {
  const files = {
    FOYER_RADIUS_RADSEC_CERTIFICATE: "/server.pem",
    FOYER_RADIUS_RADSEC_KEY: "/server.key",
    FOYER_RADIUS_RADSEC_CA: "/authority.pem",
  };
  const read = (more: Record<string, string>) =>
    readConfig({ FOYER_STATE_FOLDER: enrolledFolder(), ...more });

  test("is offered on the port that is set, with its three files", () => {
    expect(read({ ...files, FOYER_RADIUS_RADSEC_PORT: "2083" })).toMatchObject({
      config: {
        radsec: {
          ...{ portNumber: 2083, certificateFile: "/server.pem", keyFile: "/server.key" },
          authorityFile: "/authority.pem",
        },
      },
    });
  });

  test.each([
    [{ FOYER_RADIUS_RADSEC_PORT: "2083" }, "RadSec needs certificate, key and CA files"],
    [{ ...files }, "FOYER_RADIUS_RADSEC_PORT is not set though its files are"],
    [
      { ...files, FOYER_RADIUS_RADSEC_CA: "", FOYER_RADIUS_RADSEC_PORT: "2083" },
      "FOYER_RADIUS_RADSEC_CA is not set",
    ],
    [{ ...files, FOYER_RADIUS_RADSEC_PORT: "" }, 'FOYER_RADIUS_RADSEC_PORT is ""'],
  ])("is not half set: %o", (more, fault) => {
    expect(read(more)).toMatchObject({
      kind: "faults",
      faults: [expect.stringContaining(fault)],
    });
  });
});
