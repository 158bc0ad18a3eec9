import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A certificate for 127.0.0.1 that is not valid before 2049, and its key. */
export function makeFutureCertificate(): { key: Buffer; cert: Buffer; path: string } {
  const folder = mkdtempSync(join(tmpdir(), "foyer-tls-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  mkdirSync(at("new"));
  writeFileSync(at("index"), "");
  writeFileSync(at("serial"), "01\n");
  writeFileSync(
    at("ca.cnf"),
    `[ca]\ndefault_ca=own\n[own]\ndatabase=${at("index")}\nserial=${at("serial")}
new_certs_dir=${at("new")}\ndefault_md=sha256\npolicy=any\nx509_extensions=san
[any]\ncommonName=supplied\n[san]\nsubjectAltName=IP:127.0.0.1\nbasicConstraints=CA:TRUE\n`,
  );
  const openssl = (...words: string[]) => execFileSync("openssl", words, { stdio: "pipe" });
  openssl(
    ...["req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=cloud"],
    ...["-keyout", at("key.pem"), "-out", at("cloud.csr")],
  );
  openssl(
    ...["ca", "-batch", "-selfsign", "-config", at("ca.cnf"), "-keyfile", at("key.pem")],
    ...["-startdate", "20490101000000Z", "-enddate", "20490201000000Z"],
    ...["-in", at("cloud.csr"), "-out", at("cloud.pem"), "-notext"],
  );
  return {
    key: readFileSync(at("key.pem")),
    cert: readFileSync(at("cloud.pem")),
    path: at("cloud.pem"),
  };
}
