import { createRequire } from "node:module";
import { expect, test } from "vitest";
import { orderPortOf, vendorOf } from "./nas-orders.ts";
import type { CoovaNas } from "./nas-settings.ts";

const { nas } = createRequire(import.meta.url)("../fixtures/settings/branch-settings.json");
const coova: CoovaNas = nas[0];
const {
  uamSecret: _,
  uamServer: _server,
  handBack: _way,
  disconnectPort: _port,
  ...radius
} = coova;
const webLogin = { ...radius, kind: "web-login", vendor: "mikrotik" } as const;
const vendorNas = { ...radius, kind: "radius" } as const;

test("a NAS that guests are handed back to by a web log-in is told limits as its maker's are", () => {
  expect(vendorOf(webLogin)).toBe("mikrotik");
  expect(vendorOf({ ...webLogin, vendor: "aruba-instant-on" })).toBe("aruba");
  expect(vendorOf({ ...webLogin, vendor: "huawei" })).toBe("plain");
});

test("it is told them as another's where the settings say so, and takes orders where that one does", () => {
  const airOs = { ...webLogin, vendor: "cisco" } as const;
  expect([vendorOf(airOs), orderPortOf(airOs)]).toEqual(["cisco", 1700]);
  const set = { ...airOs, radiusVendor: "airespace" } as const;
  expect([vendorOf(set), orderPortOf(set)]).toEqual(["airespace", 3799]);
});

test("orders go where the settings say, else where the vendor listens, if it does", () => {
  expect(orderPortOf({ ...vendorNas, vendor: "plain" })).toBe(3799);
  expect(orderPortOf({ ...vendorNas, vendor: "meraki" })).toBe(1700);
  expect(orderPortOf({ ...vendorNas, vendor: "pfsense" })).toBeNull();
  expect(orderPortOf({ ...vendorNas, vendor: "pfsense", disconnectPort: 1701 })).toBe(1701);
  expect(orderPortOf({ ...vendorNas, vendor: "meraki", disconnectPort: null })).toBeNull();
});
