import { execFileSync, spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { openMemberFiles } from "./files.ts";
import { readServerTrust } from "./server-trust.ts";

const isInstalled = spawnSync("openssl", ["version"]).status === 0;
const isSkipped = !isInstalled && process.env.FOYER_REQUIRE_PEERS !== "1";

function makeFolder() {
  const folder = mkdtempSync(join(tmpdir(), "foyer-trust-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const make = (file: string, subject: string, ...more: string[]) =>
    execFileSync(
      "openssl",
      [
        ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
        ...[
          "-subj",
          subject,
          "-days",
          "2",
          "-keyout",
          join(folder, "key"),
          "-out",
          join(folder, file),
        ],
        ...more,
      ],
      { stdio: "ignore" },
    );
  const read = (certificateFile: string | null = null) =>
    readServerTrust({ stateFolder: folder, certificateFile }, "cafe.example");
  return { folder, make, read };
}

const named = (names: string) => ["-addext", `subjectAltName=${names}`];

describe.skipIf(isSkipped)("what devices trust (needs openssl)", () => {
  test("is the box's own authority, and the names on what it signed", () => {
    const { folder, make, read } = makeFolder();
    make("radius-authority.pem", "/CN=Foyer Wi-Fi 1");
    make(
      "radius-certificate.pem",
      "/CN=radius",
      ...named("DNS:radius.foyer.internal,DNS:r.cafe.example"),
    );
    const { raw } = new X509Certificate(readFileSync(join(folder, "radius-authority.pem")));
    expect(read()).toEqual({
      authority: raw,
      names: ["radius.foyer.internal", "r.cafe.example"],
    });
  });

  test("is the names of venue IT's own certificate, even where the box has made an authority before", () => {
    const { folder, make, read } = makeFolder();
    make("radius-authority.pem", "/CN=Foyer Wi-Fi 1");
    make("own.pem", "/CN=radius.example", ...named("IP:10.0.0.1,DNS:*.cafe.example"));
    expect(read(join(folder, "own.pem"))).toEqual({ authority: null, names: ["*.cafe.example"] });
    make("old.pem", "/O=Quán/CN=radius.cafe.example", "-utf8");
    expect(read(join(folder, "old.pem")).names).toEqual(["radius.cafe.example"]);
  });

  test("an authority without the certificate it signed, or a file that is none, is a fault and no profile", () => {
    const { folder, make, read } = makeFolder();
    make("radius-authority.pem", "/CN=Foyer Wi-Fi 1");
    expect(() => read()).toThrow("radius-certificate.pem");
    writeFileSync(join(folder, "own.pem"), "no certificate");
    expect(() => read(join(folder, "own.pem"))).toThrow();
    expect(() => read(join(folder, "missing.pem"))).toThrow("missing.pem");
  });
});

test("a certificate that was set and cannot be read is told at the start, not to a guest", () => {
  const { folder } = makeFolder();
  const certificateFile = join(folder, "own.pem");
  const open = () => openMemberFiles({ stateFolder: folder, certificateFile, signing: null });
  expect(open).toThrow(`${certificateFile} is not a certificate`);
  writeFileSync(certificateFile, "no PEM");
  expect(open).toThrow("set FOYER_RADIUS_CERTIFICATE to");
});

test("with no certificate to look at, the server is trusted by the branch's domain", () => {
  expect(makeFolder().read()).toEqual({
    authority: null,
    names: ["cafe.example", "*.cafe.example"],
  });
});
