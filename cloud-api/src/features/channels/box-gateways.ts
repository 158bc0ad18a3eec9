import { createHash } from "node:crypto";
import type { CodeChannel, HttpGateway } from "@foyer/contract";

/** A gateway that somebody wrote into a branch's settings, for its boxes to ask by themselves. */
export type BoxGateway = { id: string; method: HttpGateway["method"]; host: string };

/** Told by host alone: paths, queries and headers of providers hold secrets. */
export function listBoxGateways(channels: readonly CodeChannel[]): BoxGateway[] {
  return channels.flatMap((channel) =>
    channel.kind === "http-gateway"
      ? [{ id: idOf(channel), method: channel.method, host: hostOf(channel) }]
      : [],
  );
}

/** Without the gateways whose ids are not among those that are kept; null: all are. */
export function keepBoxGateways(
  channels: readonly CodeChannel[],
  kept: readonly string[] | null,
): CodeChannel[] {
  if (kept === null) return [...channels];
  return channels.filter(
    (channel) => channel.kind !== "http-gateway" || kept.includes(idOf(channel)),
  );
}

/** By what it says: it has no name, and its place changes as others go. */
const idOf = (gateway: HttpGateway): string =>
  createHash("sha256").update(JSON.stringify(gateway)).digest("hex").slice(0, 32);

/** What a box fills in may stand in the address, where no URL has braces. */
const hostOf = ({ url }: HttpGateway): string =>
  /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)/.exec(url)?.[1] ?? "";
