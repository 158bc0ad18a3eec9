import { createHash, createHmac } from "node:crypto";
import type { KnownGuest, KnownGuests } from "@foyer/contract";
import { applyKnownGuests, type BranchStore } from "../src/index.ts";
import { PHONE } from "./store.ts";

/** The branch's key, under which the cloud hashes numbers and MACs. */
export const KEY = Buffer.alloc(32, 7).toString("base64");
export const CUSTOMER = "01990000-0000-7000-8000-0000000000c1";

export const hashOf = (text: string): string =>
  createHmac("sha256", Buffer.from(KEY, "base64")).update(text).digest("hex");

export const known = (given: Partial<KnownGuest> = {}): KnownGuest => ({
  ...{ customerId: CUSTOMER, phoneHash: hashOf(PHONE), guestIds: [] },
  ...{ name: null, language: null, visits: 0, ...given },
});

export const deviceOf = (mac: string, { provedOn = "2026-02-20", randomised = false } = {}) => ({
  ...{ macHash: hashOf(mac), provedOn, randomised },
});

export const tokenOf = (token: string, { provedOn = "2026-02-20" } = {}) => ({
  ...{ tokenHash: hashOf(createHash("sha256").update(token).digest("hex")), provedOn },
});

export function tell(
  store: BranchStore,
  guests: readonly KnownGuest[],
  told: Partial<KnownGuests> = {},
): void {
  const all = { position: 1, complete: true, key: KEY, guests: [...guests], removed: [] };
  store.transaction((tx) => applyKnownGuests(tx, { ...all, countedThrough: null, ...told }));
}
