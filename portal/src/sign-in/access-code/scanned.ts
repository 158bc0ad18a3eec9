/** From the camera to the Wi-Fi's own page takes a guest less. */
export const SCANNED_SECONDS = 10 * 60;
const SCANNED_MAX = 1000;

/**
 * Codes that were scanned from paper, by the address of the browser that opened their link. On its
 * way through the NAS a browser carries no code, so the portal remembers it for the page after.
 */
export type ScannedCodes = {
  keep(address: string, code: string): void;
  find(address: string): string | null;
};

export function openScannedCodes(clock: () => Date): ScannedCodes {
  // A Map keeps the order of insertion: the oldest come first.
  const kept = new Map<string, { code: string; at: number }>();
  return {
    keep(address, code) {
      kept.delete(address);
      kept.set(address, { code, at: clock().getTime() });
      for (const oldest of kept.keys()) {
        if (kept.size <= SCANNED_MAX) break;
        kept.delete(oldest);
      }
    },
    find(address) {
      const scanned = kept.get(address);
      const age = scanned ? clock().getTime() - scanned.at : -1;
      return scanned && age >= 0 && age <= SCANNED_SECONDS * 1000 ? scanned.code : null;
    },
  };
}
