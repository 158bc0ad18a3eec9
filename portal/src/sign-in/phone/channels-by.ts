import type { CodeChannel, CodeWay } from "@foyer/contract";

/** The channels by which a code comes as its guest chose; null: as the branch has them. */
export function channelsBy(channels: readonly CodeChannel[], way: CodeWay | null): CodeChannel[] {
  if (way === null) return [...channels];
  const chosen = channels.flatMap((channel): CodeChannel[] => {
    if (channel.kind === "http-gateway") return way === "sms" ? [channel] : [];
    if (channel.kind !== "cloud") return [];
    const steps = channel.steps.filter((step) => step.way === way);
    return steps.length > 0 ? [{ ...channel, steps }] : [];
  });
  return chosen.length > 0 ? chosen : [...channels];
}
