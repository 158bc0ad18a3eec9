import type { Network } from "./network.ts";
import { type Running, start } from "./processes.ts";

/** The name server behind the uplink: every name is the internet's, and some carry a text. */
export function startNames({ portalIp, internetIp }: Network): Running {
  const words = ["--no-hosts", "--no-resolv", "--bind-interfaces", "--pid-file="];
  const answers = [`--address=/#/${internetIp}`, "--txt-record=tunnel.example,carried"];
  return start(
    ...(["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", ...words] as const),
    ...[`--listen-address=${portalIp}`, ...answers],
  );
}
