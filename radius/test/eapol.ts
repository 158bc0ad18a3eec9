import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MAC, SECRET } from "./box.ts";

export type EapolOptions = {
  portNumber: number;
  /** TTLS or PEAP. */
  outer: string;
  /** wpa_supplicant's phase2, such as `auth=PAP`. */
  inner: string;
  username: string;
  password: string;
  tls?: "1.2" | "1.3";
  /** More of wpa_supplicant's phase1. */
  phase1?: string;
  /** More lines of the network block. */
  more?: string[];
  mac?: string;
  /** More arguments of eapol_test. */
  flags?: string[];
};

export type EapolRun = {
  isAccepted: boolean;
  /** It compared the keys of the Access-Accept with its own, and they are the same. */
  areKeysRight: boolean;
  /** Such as 1.3. */
  tls: string | null;
  output: string;
};

/** Runs the real eapol_test (wpa_supplicant's EAP as a NAS) once. */
export async function runEapolTest(options: EapolOptions): Promise<EapolRun> {
  const { portNumber, outer, inner, username, password, tls = "1.3", mac = MAC } = options;
  const folder = mkdtempSync(join(tmpdir(), "foyer-eapol-"));
  const file = join(folder, "network.conf");
  const versions = tls === "1.3" ? "tls_disable_tlsv1_3=0" : "tls_disable_tlsv1_3=1";
  const lines = [
    ...["key_mgmt=WPA-EAP", `eap=${outer}`, `phase2="${inner}"`, 'anonymous_identity="member"'],
    ...[`identity="${username}"`, `password="${password}"`],
    `phase1="${[versions, options.phase1].filter(Boolean).join(" ")}"`,
    ...(options.more ?? []),
  ];
  writeFileSync(file, `network={\n${lines.map((line) => `  ${line}\n`).join("")}}\n`);
  const child = spawn("eapol_test", [
    ...["-c", file, "-a", "127.0.0.1", "-p", String(portNumber), "-s", SECRET],
    ...["-M", mac.replaceAll("-", ":").toLowerCase(), "-t", "10", ...(options.flags ?? [])],
  ]);
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  rmSync(folder, { recursive: true });
  const areKeysRight = /^MPPE keys OK: 1 {2}mismatch: 0$/m.test(output);
  const spoken = /^SSL: Using TLS version TLSv([\d.]+)$/m.exec(output)?.[1] ?? null;
  const isAccepted = code === 0 && /^SUCCESS$/m.test(output);
  return { isAccepted, areKeysRight, tls: spoken, output };
}
