import { expect, test } from "vitest";
import { readNetwork } from "./network.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"],
  ["::ffff:192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2::1", "2001:db8:1:2::/64"],
  ["2001:0DB8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"],
  ["2001:db8::9", "2001:db8:0:0::/64"],
  ["::1", "0:0:0:0::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("what %s asks counts for %s", (address, network) => {
  expect(readNetwork(address)).toBe(network);
});

test("somebody who has hung up has no address any more", () => {
  expect(readNetwork(undefined)).toBe("");
});
