import { type Static, Type } from "typebox";
import { Id, Mac, Timestamp } from "./personal.ts";

/** What staff say of one device at a branch, by its MAC. */
export const DeviceRule = Type.Object({
  id: Id,
  mac: Mac,
  /** `block`: it never goes online. `allow`: it goes online by itself, without a page or a guest. */
  kind: Type.Union([Type.Literal("block"), Type.Literal("allow")]),
  /** Of one that is allowed: by which policy. Null: by the first that fits somebody who comes back. */
  policyId: Type.Union([Id, Type.Null()]),
  /** From then on it is none; null: until it is taken away. */
  until: Type.Union([Timestamp, Type.Null()]),
});
export type DeviceRule = Static<typeof DeviceRule>;

export const DEVICE_RULES_MAX = 2000;
