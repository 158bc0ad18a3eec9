import type { NasTools, Reading } from "../nas/index.ts";

/** One guest has one page open; behind a NAS that translates addresses some come at the same time. */
const AT_ONCE_MAX = 8;

/**
 * Has sealed hand-offs opened by their controllers. Anybody can make up a text that has to be asked
 * about: more than a few at once from one address, or one IPv6 device or /64, are turned away before they are.
 */
export type Unsealing = {
  finish(
    sealed: Extract<Reading, { kind: "sealed" }>,
    limitedAs: string,
    tools: NasTools,
  ): Promise<Reading | "too-many">;
};

export function openUnsealing(): Unsealing {
  const underWay = new Map<string, number>();
  return {
    async finish(sealed, limitedAs, tools) {
      const others = underWay.get(limitedAs) ?? 0;
      if (others >= AT_ONCE_MAX) return "too-many";
      underWay.set(limitedAs, others + 1);
      try {
        return await sealed.finish(tools);
      } finally {
        const left = (underWay.get(limitedAs) ?? 1) - 1;
        if (left > 0) underWay.set(limitedAs, left);
        else underWay.delete(limitedAs);
      }
    },
  };
}
