import { expect, test } from "vitest";
import { openLanes } from "./lanes.ts";

const place = (tenantId: string, endpointId: string) => ({ tenantId, endpointId });

test("an endpoint has one lane, a tenant some, and all of them together no more than there are", () => {
  const lanes = openLanes({ all: 3, perTenant: 2 });
  const leave = lanes.take(place("a", "1"));
  expect(leave).not.toBeNull();
  expect(lanes.take(place("a", "1"))).toBeNull();
  expect(lanes.take(place("a", "2"))).not.toBeNull();
  // However many slow endpoints one tenant has, others get through.
  expect(lanes.take(place("a", "3"))).toBeNull();
  expect(lanes.take(place("b", "4"))).not.toBeNull();
  expect(lanes.take(place("c", "5"))).toBeNull();
  leave?.();
  expect(lanes.take(place("c", "5"))).not.toBeNull();
});
