import type { Nas, RadiusVendor, WebLoginNas, WebLoginVendor } from "./nas-settings.ts";

/** An access controller that speaks RADIUS. */
export type RadiusNas = Extract<Nas, { radiusSecret: string }>;

/** Whose attributes a NAS understands: one that staff choose from, or the box's own gateway. */
export type NasVendorName = RadiusVendor | "gateway";

/** `plain` is for those of whom nothing of their own is known. A NAS may be set to another. */
const WEB_LOGIN_VENDORS: Readonly<Record<WebLoginVendor, RadiusVendor>> = {
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

const radiusVendorOf = ({ vendor, radiusVendor }: WebLoginNas) =>
  radiusVendor ?? WEB_LOGIN_VENDORS[vendor];

export function vendorOf(nas: RadiusNas): NasVendorName {
  switch (nas.kind) {
    case "coova":
      return "chillispot";
    case "web-login":
      return radiusVendorOf(nas);
    case "cisco-cwa":
      return "cisco";
    case "gateway":
      return "gateway";
    case "ruckus-controller":
      return "ruckus";
    case "radius":
      return nas.vendor;
  }
}

/** RFC 5176 §3. */
const ORDER_PORT = 3799;

/**
 * The UDP ports at which NAS usually take orders about a session that goes on, where these are others;
 * null: that they take any is not documented. That Cisco's `aaa server radius dynamic-author` and Meraki's
 * access points listen on 1700 is unverified; for sign-on pages Meraki's cloud takes orders on 3799.
 */
const OTHER_ORDER_PORTS: { readonly [Name in NasVendorName]?: number | null } = {
  ...{ cisco: 1700, meraki: 1700 },
  ...{ opnsense: null, pfsense: null, "tp-link": null },
};

/** Where a NAS listens for orders, as it is set or as its vendor's do; null: nowhere. */
export function orderPortOf(nas: RadiusNas): number | null {
  if (nas.disconnectPort !== undefined) return nas.disconnectPort;
  const other = OTHER_ORDER_PORTS[vendorOf(nas)];
  return other === undefined ? ORDER_PORT : other;
}
