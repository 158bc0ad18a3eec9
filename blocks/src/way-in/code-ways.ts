import type { CodeChannel, CodeWay } from "@foyer/contract";

/** What a branch's channels are to whoever gives a number. */
export type CodeWays = {
  /** By what the code comes where nothing is chosen; null: that is not known, or it is a demonstration's. */
  first: CodeWay | null;
  /** By what else it may be asked for. */
  others: readonly CodeWay[];
};

/** E-mail reaches no number; a gateway of the box's own sends SMS. */
export function codeWaysOf(channels: readonly CodeChannel[]): CodeWays {
  const ways = channels.flatMap((channel): (CodeWay | null)[] => {
    if (channel.kind === "http-gateway") return ["sms"];
    if (channel.kind !== "cloud") return [null];
    return channel.steps.map(({ way }) => way ?? null).filter((way) => way !== "email");
  });
  const [first = null] = ways;
  const others = new Set(ways.flatMap((way) => (way === null || way === first ? [] : [way])));
  return { first, others: [...others] };
}

/**
 * Whether a guest is told before that Zalo brings the code, and may have it by SMS: not everybody has
 * Zalo, and it is one more company that hears of the number.
 */
export function offersSms(channels: readonly CodeChannel[]): boolean {
  const { first, others } = codeWaysOf(channels);
  return first === "zalo" && others.includes("sms");
}
