import type { NasTools, Reading } from "../nas/index.ts";

/** One guest has one page open; behind a NAS that translates addresses some come at the same time. */
const AT_ONCE_MAX = 8;

/**
 * Has sealed hand-offs opened by their controllers. Anybody can make up a text that has to be asked
 * about: more than a few at once from one address are turned away before they are.
 */
export type Unsealing = {
  finish(
    sealed: Extract<Reading, { kind: "sealed" }>,
    remoteAddress: string,
    tools: NasTools,
  ): Promise<Reading | "too-many">;
};

export function openUnsealing(): Unsealing {
  const underWay = new Map<string, number>();
  return {
    async finish(sealed, remoteAddress, tools) {
      const others = underWay.get(remoteAddress) ?? 0;
      if (others >= AT_ONCE_MAX) return "too-many";
      underWay.set(remoteAddress, others + 1);
      try {
        return await sealed.finish(tools);
      } finally {
        const left = (underWay.get(remoteAddress) ?? 1) - 1;
        if (left > 0) underWay.set(remoteAddress, left);
        else underWay.delete(remoteAddress);
      }
    },
  };
}
