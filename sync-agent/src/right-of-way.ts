/** What nobody waits for asks for the way before each of its steps; what somebody waits for holds it. */
export type RightOfWay = {
  /** Holds the way until the work is done or has failed. */
  hold: <Result>(work: () => Promise<Result>) => Promise<Result>;
  /** Until nobody holds it. */
  waitForWay: () => Promise<void>;
};

export function openRightOfWay(): RightOfWay {
  const held = new Set<Promise<void>>();
  return {
    hold: async (work) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      held.add(promise);
      try {
        return await work();
      } finally {
        held.delete(promise);
        resolve();
      }
    },
    waitForWay: async () => {
      while (held.size > 0) await Promise.all(held);
    },
  };
}
