import type { Counts } from "./counters.ts";
import type { Lease } from "./leases.ts";
import { type OnlineGuest, type Place, type Rates, toColons } from "./network.ts";

/**
 * A device that was let in, at whatever address it is. `base` is what had passed when the kernel last
 * began to count anew, `seen` what it has counted since.
 */
export type Admitted = Rates & { mac: string; base: Counts; seen: Counts };

/** By MAC. */
export type AdmittedList = ReadonlyMap<string, Admitted>;

const NOTHING: Counts = { uploadBytes: 0, downloadBytes: 0 };

export const totalOf = ({ base, seen }: Pick<Admitted, "base" | "seen">): Counts => ({
  uploadBytes: base.uploadBytes + seen.uploadBytes,
  downloadBytes: base.downloadBytes + seen.downloadBytes,
});

/** Let in, or told other rates; what was counted stays. */
export function admit(list: AdmittedList, mac: string, rates: Rates): AdmittedList {
  const known = list.get(mac) ?? { base: NOTHING, seen: NOTHING };
  return new Map([...list, [mac, { ...known, ...rates, mac }]]);
}

export function putOut(list: AdmittedList, mac: string): AdmittedList {
  return new Map([...list].filter(([each]) => each !== mac));
}

/** Those who have an address now: nobody is online without one. */
export function listOnline(list: AdmittedList, leases: readonly Lease[]): OnlineGuest[] {
  return leases.flatMap(({ mac, ip }) => {
    const guest = list.get(mac);
    return guest
      ? [{ mac, ip, uploadKbps: guest.uploadKbps, downloadKbps: guest.downloadKbps }]
      : [];
  });
}

/** What the kernel has counted by now, by the names of its elements. */
export type Counted = {
  uploads: ReadonlyMap<string, number>;
  downloads: ReadonlyMap<string, number>;
};

/** Takes over what was counted for those who are at these places. */
export function keepCounts(
  list: AdmittedList,
  places: readonly Place[],
  { uploads, downloads }: Counted,
): AdmittedList {
  const kept = new Map(list);
  for (const { mac, ip } of places) {
    const guest = list.get(mac);
    const uploadBytes = uploads.get(`${toColons(mac)} ${ip}`);
    if (!guest || uploadBytes === undefined) continue;
    kept.set(mac, { ...guest, seen: { uploadBytes, downloadBytes: downloads.get(ip) ?? 0 } });
  }
  return kept;
}

/** The kernel counts anew for these: what it had counted is in the base from now on. */
export function foldCounts(list: AdmittedList, macs: readonly string[]): AdmittedList {
  const folded = new Map(list);
  for (const mac of macs) {
    const guest = list.get(mac);
    if (guest) folded.set(mac, { ...guest, base: totalOf(guest), seen: NOTHING });
  }
  return folded;
}
