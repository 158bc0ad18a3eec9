import { execFileSync } from "node:child_process";

/** A certificate for a DNS name that nobody vouches for, as PEM. */
export function makeChain(name: string): string {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const names = ["-subj", "/CN=test", "-addext", `subjectAltName=DNS:${name}`];
  const words = ["req", "-x509", ...key, ...names, "-keyout", "/dev/null"];
  return execFileSync("openssl", words, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}
