/** What FreeRADIUS ships too: slow for who tries passwords, bearable for who mistypes. */
export const REJECT_DELAY_MILLISECONDS = 1000;
/** What may wait; at 4 KiB the most, 4 MiB. A flood beyond it is told at once. */
const WAITING_MAX = 1024;

export type RejectDelay = {
  /** Calls `send` when the delay since `arrivedAt`, in `performance.now()`'s milliseconds, is over. */
  hold: (arrivedAt: number, send: () => void) => void;
  /** Sends all that waits, and from then on everything at once. */
  close: () => void;
};

/**
 * Keeps each Access-Reject back, so that passwords cannot be tried quickly. It counts from the
 * request's arrival: what deciding took is not waited for twice.
 */
export function createRejectDelay(delayMilliseconds: number): RejectDelay {
  const waiting = new Map<NodeJS.Timeout, () => void>();
  let isClosed = false;
  return {
    hold: (arrivedAt, send) => {
      // Rounded, so that many share one of Node's lists of timers.
      const rest = Math.ceil(arrivedAt + delayMilliseconds - performance.now());
      if (isClosed || delayMilliseconds === 0 || rest <= 0 || waiting.size >= WAITING_MAX) {
        send();
        return;
      }
      const timer = setTimeout(() => {
        waiting.delete(timer);
        send();
      }, rest);
      waiting.set(timer, send);
    },
    close: () => {
      isClosed = true;
      for (const [timer, send] of waiting) {
        clearTimeout(timer);
        send();
      }
      waiting.clear();
    },
  };
}
