import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { takeFreePort } from "./free-port.ts";

const configuration = (folder: string, portNumber: number, secret: string, isAccepted: string) => `
name = radiusd
logdir = ${folder}
run_dir = ${folder}
pidfile = ${folder}/pid
libdir = /usr/lib/freeradius
security {
  allow_vulnerable_openssl = yes
}
thread pool {
  start_servers = 1
  max_servers = 1
  min_spare_servers = 1
  max_spare_servers = 1
}
client foyer {
  ipaddr = 127.0.0.1
  secret = ${secret}
}
modules {
  always ok {
    rcode = ok
  }
  always reject {
    rcode = reject
  }
}
server nas {
  listen {
    type = coa
    ipaddr = 127.0.0.1
    port = ${portNumber}
  }
  recv-coa {
    if (${isAccepted}) {
      ok
    }
    else {
      update reply {
        Error-Cause := Session-Context-Not-Found
      }
      reject
    }
  }
}
`;

/**
 * Debian's FreeRADIUS in the place of a NAS that takes Disconnect-Requests where `isAccepted`, a
 * condition of its own language, holds. Resolves with its port.
 */
export async function startFreeradiusNas(secret: string, isAccepted: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "foyer-freeradius-"));
  const portNumber = await takeFreePort();
  const file = join(folder, "radiusd.conf");
  writeFileSync(file, configuration(folder, portNumber, secret, isAccepted));
  const child = spawn("freeradius", ["-fxx", "-l", "stdout", "-d", folder]);
  const ended = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(folder, { recursive: true });
  });
  let output = "";
  await new Promise<void>((resolve, reject) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ready to process requests")) resolve();
    });
    child.on("exit", () => reject(new Error(`freeradius ended:\n${output.slice(-2000)}`)));
  });
  return portNumber;
}
