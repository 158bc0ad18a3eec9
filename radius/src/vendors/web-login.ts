import type { RadiusVendor, WebLoginNas, WebLoginVendor } from "@foyer/contract";

/**
 * Whose attributes the access points understand that the portal hands guests back to by a web log-in.
 * `plain` is for those of whom nothing of their own is known. A NAS may be set to another.
 */
const vendorOfWebLogin: Readonly<Record<WebLoginVendor, RadiusVendor>> = {
  alcatel: "plain",
  aruba: "aruba",
  "aruba-instant-on": "aruba",
  cambium: "cambium",
  cisco: "cisco",
  "d-link": "plain",
  draytek: "plain",
  fortinet: "fortinet",
  grandstream: "plain",
  huawei: "plain",
  meraki: "meraki",
  mikrotik: "mikrotik",
  ruckus: "ruckus",
  "tp-link": "tp-link",
  zyxel: "plain",
};

export function radiusVendorOf({ vendor, radiusVendor }: WebLoginNas): RadiusVendor {
  return radiusVendor ?? vendorOfWebLogin[vendor];
}
