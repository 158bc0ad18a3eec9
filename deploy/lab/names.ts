import type { Network } from "./network.ts";
import { type Running, start, tryRun } from "./processes.ts";

/** The name server behind the uplink: every name is the internet's, and some carry a text. */
export function startNames({ portalIp, internetIp }: Network): Running {
  const words = ["--no-hosts", "--no-resolv", "--bind-interfaces", "--pid-file="];
  const answers = [`--address=/#/${internetIp}`, "--txt-record=tunnel.example,carried"];
  return start(
    ...(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", ...words] as const),
    ...[`--listen-address=${portalIp}`, ...answers],
  );
}

/** A question to a name server by a guest's own hand: what is answered, as text; empty: nothing. */
export async function askName(guest: string, server: string, [name, type]: [string, string]) {
  const script = `import { Resolver } from "node:dns/promises";
    const resolver = new Resolver({ timeout: 700, tries: 1 });
    resolver.setServers(["${server}"]);
    console.log(JSON.stringify(await resolver.resolve("${name}", "${type}").catch(() => [])));`;
  const words = ["netns", "exec", guest, process.execPath, "--input-type=module", "-e", script];
  return JSON.parse((await tryRun("ip", words)).stdout) as string[] | string[][];
}
