import { type Static, Type } from "typebox";
import type { SignInSettings } from "./branch-settings.ts";

/** The ways in that a branch can switch on, as the settings name them. */
export const WayIn = Type.Union([
  Type.Literal("phone"),
  Type.Literal("member"),
  Type.Literal("email"),
  Type.Literal("room"),
  Type.Literal("clickThrough"),
  Type.Literal("accessCode"),
]);
export type WayIn = Static<typeof WayIn>;

/** In the order in which they are offered where the settings say nothing. */
export const WAYS_IN = [
  "phone",
  "member",
  "email",
  "room",
  "clickThrough",
  "accessCode",
] as const satisfies WayIn[];

/** The branch's ways in, the first one first; what its own order leaves out follows in the usual one. */
export function listWaysIn({ signIn }: { signIn: SignInSettings }): WayIn[] {
  const ordered = new Set<WayIn>([...(signIn.order ?? []), ...WAYS_IN]);
  return [...ordered].filter((way) => isOn(way, signIn));
}

function isOn(way: WayIn, signIn: SignInSettings): boolean {
  switch (way) {
    case "phone":
      return signIn.phone.enabled;
    case "member":
      return signIn.member?.enabled ?? false;
    case "email":
      return signIn.email?.enabled ?? false;
    case "room":
      return signIn.room?.enabled ?? false;
    case "accessCode":
      return signIn.accessCode?.enabled ?? false;
    case "clickThrough":
      return signIn.clickThrough === "always";
    default:
      return assertNever(way);
  }
}

function assertNever(way: never): never {
  throw new Error(`unknown way in ${way}`);
}
