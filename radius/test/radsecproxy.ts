import { spawn } from "node:child_process";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { takeFreePort } from "./free-port.ts";
import type { RadsecCertificates } from "./radsec-certificates.ts";

/**
 * Debian's radsecproxy as a NAS that speaks RadSec: takes RADIUS by UDP with this secret and passes
 * it on by TLS. Resolves with its UDP port.
 */
export async function startRadsecproxy(
  radsecPort: number,
  secret: string,
  { certificates, name }: { certificates: RadsecCertificates; name: string },
): Promise<number> {
  const portNumber = await takeFreePort();
  const own = await certificates.issue({ common: name });
  const { write, authorityFile } = certificates;
  const file = write(
    "radsecproxy.conf",
    `
ListenUDP 127.0.0.1:${portNumber}
SourceTCP 127.0.0.1
LogDestination file:///dev/null
tls foyer {
  CACertificateFile ${authorityFile}
  CertificateFile ${write("proxy.pem", own.certificate)}
  CertificateKeyFile ${write("proxy.key", own.key)}
}
client nas {
  host 127.0.0.1
  type udp
  secret ${secret}
}
server foyer {
  host 127.0.0.1
  port ${radsecPort}
  type tls
  tls foyer
  secret radsec
  StatusServer on
  CertificateNameCheck off
}
realm * {
  server foyer
  accountingServer foyer
}
`,
  );
  const child = spawn("radsecproxy", ["-f", "-c", file], { stdio: "ignore" });
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  return portNumber;
}
