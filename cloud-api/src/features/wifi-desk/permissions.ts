import type { Permission } from "../../platform/rights.ts";

/** What staff may do about who is on the Wi-Fi, by name. */
export const WIFI_PERMISSIONS = {
  "wifi.read": { roles: ["manager"], covers: "branches" },
  /** Send off, block, allow, end a key to the secure Wi-Fi. */
  "wifi.edit": { roles: ["manager"], covers: "branches" },
  /** Ask a box what it noted of a device or of a number. */
  "wifi.trace": { roles: ["manager"], covers: "branches" },
} as const satisfies Record<string, Permission>;
