import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openProfileSigner } from "./sign-profile.ts";

const folder = mkdtempSync(join(tmpdir(), "foyer-sign-"));
const at = (name: string) => join(folder, name);
const openssl = (...args: string[]) =>
  execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
const isInstalled = spawnSync("openssl", ["version"]).status === 0;
const isSkipped = !isInstalled && process.env.FOYER_REQUIRE_PEERS !== "1";
const CONTENT = Buffer.from("<plist>Cà phê & more</plist>\n");
const KEYS = {
  rsa: ["rsa", "-pkeyopt", "rsa_keygen_bits:2048"],
  ec: ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
} as const;

/** An authority, one below it, and a signer below that: root.pem, and chain-KIND.pem, key-KIND.pem. */
function makeChain(): void {
  const key = (name: string, kind: readonly string[]) =>
    openssl("genpkey", "-algorithm", ...kind, "-out", name);
  key("root.key", KEYS.ec);
  openssl(
    "req",
    "-x509",
    "-key",
    "root.key",
    "-subj",
    "/CN=Root",
    "-days",
    "30",
    "-out",
    "root.pem",
  );
  writeFileSync(at("ca.cnf"), "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign\n");
  writeFileSync(at("end.cnf"), "keyUsage=digitalSignature\nextendedKeyUsage=emailProtection\n");
  const issue = (name: string, issuer: string, extensions: string) => {
    openssl(
      "req",
      "-new",
      "-key",
      `${name}.key`,
      "-subj",
      `/CN=${name}/O=Quán`,
      "-utf8",
      "-out",
      "r.csr",
    );
    openssl(
      ...["x509", "-req", "-in", "r.csr", "-CA", `${issuer}.pem`, "-CAkey", `${issuer}.key`],
      ...["-days", "20", "-extfile", extensions, "-out", `${name}.pem`],
    );
  };
  key("middle.key", KEYS.rsa);
  issue("middle", "root", "ca.cnf");
  for (const kind of ["rsa", "ec"] as const) {
    key(`${kind}.key`, KEYS[kind]);
    issue(kind, "middle", "end.cnf");
    writeFileSync(at(`chain-${kind}.pem`), `${read(`${kind}.pem`)}${read("middle.pem")}`);
  }
}

const read = (name: string) => readFileSync(at(name), "utf8");

beforeAll(() => {
  if (!isSkipped) makeChain();
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(isSkipped)("a signed profile (needs openssl)", () => {
  test.each(["rsa", "ec"])(
    "is accepted by openssl with the chain that travels with it: %s",
    (kind) => {
      const signer = openProfileSigner({
        certificateFile: at(`chain-${kind}.pem`),
        keyFile: at(`${kind}.key`),
      });
      const signed = signer.sign(CONTENT, new Date());
      writeFileSync(at("signed.der"), signed);
      const verify = [
        "cms",
        "-verify",
        "-inform",
        "DER",
        "-in",
        "signed.der",
        "-CAfile",
        "root.pem",
      ];
      expect(openssl(...verify, "-binary")).toEqual(CONTENT);
      const printed = openssl(
        "cms",
        "-cmsout",
        "-print",
        "-inform",
        "DER",
        "-in",
        "signed.der",
      ).toString();
      expect(printed).toContain("object: signingTime");
      expect(printed.match(/d\.certificate:/g)).toHaveLength(2);
      expect(signer.expiresAt.getTime()).toBeGreaterThan(Date.now());

      const place = signed.indexOf("more");
      signed.write("MORE", place);
      writeFileSync(at("signed.der"), signed);
      expect(() => openssl(...verify)).toThrow(/digest|verif/i);
    },
  );

  test("without the certificate between, openssl does not find the way to the authority", () => {
    const signer = openProfileSigner({ certificateFile: at("ec.pem"), keyFile: at("ec.key") });
    writeFileSync(at("short.der"), signer.sign(CONTENT, new Date()));
    const verify = ["cms", "-verify", "-inform", "DER", "-in", "short.der", "-CAfile", "root.pem"];
    expect(() => openssl(...verify)).toThrow(/unable to get local issuer/);
  });

  test.each([
    ["another's key", "ec.pem", "rsa.key", "not of that key"],
    ["no PEM", "root.key", "ec.key", "not of that key"],
    ["a missing file", "none.pem", "ec.key", "as PEM"],
    ["a key that is none", "ec.pem", "ec.pem", "as PEM"],
  ])("%s is told at the start, with both files", (_, certificate, key, words) => {
    const files = { certificateFile: at(certificate), keyFile: at(key) };
    expect(() => openProfileSigner(files)).toThrow(words);
    expect(() => openProfileSigner(files)).toThrow(`${files.certificateFile} and ${files.keyFile}`);
  });

  test("a key of a kind that Apple's devices do not read is refused", () => {
    openssl("genpkey", "-algorithm", "ed25519", "-out", "ed.key");
    openssl("req", "-x509", "-key", "ed.key", "-subj", "/CN=Ed", "-days", "2", "-out", "ed.pem");
    const files = { certificateFile: at("ed.pem"), keyFile: at("ed.key") };
    expect(() => openProfileSigner(files)).toThrow("RSA and EC keys alone");
  });
});
