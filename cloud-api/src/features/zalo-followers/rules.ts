import { createHash, timingSafeEqual } from "node:crypto";
import { normaliseEmail } from "@foyer/contract";
import { readListedNumber, type Told } from "../customers/index.ts";
import { readBirthday } from "../imports/index.ts";

const NAME_CHARACTERS_MAX = 100;
/** A webhook is sent again for about twelve hours; one that is older was kept by somebody. */
const EVENT_AGE_MILLISECONDS_MAX = 24 * 60 * 60 * 1000;
const CLOCK_DIFFERENCE_MILLISECONDS_MAX = 5 * 60 * 1000;

/** Who somebody is for one account: another account knows them by another id. */
export const nameFollower = (oaId: string, userId: string): string => `${oaId}:${userId}`;

type Signed = { appId: string; body: string; timestamp: string; key: string; header: string };

/**
 * Zalo signs with a plain SHA-256, no HMAC, over the app's id, the body as it came, the time that
 * stands in it, and the secret key of the account's webhook.
 */
export function isSigned({ appId, body, timestamp, key, header }: Signed): boolean {
  const given = Buffer.from(header.replace(/^mac=/i, "").toLowerCase());
  const sum = createHash("sha256").update(`${appId}${body}${timestamp}${key}`).digest("hex");
  const wanted = Buffer.from(sum);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export type FollowerEvent =
  | { kind: "follow" | "unfollow"; userId: string; at: Date }
  | { kind: "shared"; userId: string; at: Date; told: Told }
  | { kind: "other"; at: Date };

type Json = Record<string, unknown>;
const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null ? (value as Json) : {};
const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value).trim() : "";

/** When an event was sent, by the time in its body in milliseconds; null: it says none that is true. */
export function readTime(body: Json, now: Date): Date | null {
  const milliseconds = Number(textOf(body.timestamp));
  const age = now.getTime() - milliseconds;
  const isTrue = age < EVENT_AGE_MILLISECONDS_MAX && age > -CLOCK_DIFFERENCE_MILLISECONDS_MAX;
  return Number.isFinite(milliseconds) && isTrue ? new Date(milliseconds) : null;
}

/** What a webhook tells of a follower. */
export function readEvent(body: Json, at: Date): FollowerEvent {
  const name = textOf(body.event_name);
  const userId = textOf(objectOf(body.follower).id) || textOf(objectOf(body.sender).id);
  if (userId === "") return { kind: "other", at };
  if (name === "follow" || name === "unfollow") return { kind: name, userId, at };
  if (name !== "user_submit_info") return { kind: "other", at };
  const told = readShared(objectOf(body.info), at.toISOString().slice(0, 10));
  return { kind: "shared", userId, at, told };
}

/** What a follower handed over to the account. */
function readShared(shared: Json, today: string): Told {
  const name = textOf(shared.name).normalize("NFC").replaceAll(/\s+/g, " ");
  const read = readListedNumber(textOf(shared.phone), "VN");
  const birthday = readBirthday(textOf(shared.user_dob), today);
  const email = normaliseEmail(textOf(shared.email));
  return {
    ...(name === "" ? {} : { name: name.slice(0, NAME_CHARACTERS_MAX) }),
    ...(read.kind === "phone" ? { phone: read.phone } : {}),
    ...(birthday === null ? {} : { birthday }),
    ...(email === null ? {} : { email }),
  };
}

/** A profile as `oa/user/detail` gives it: the name they shared comes before the one they show. */
export function readProfile(profile: Json, today: string): { told: Told; follows: boolean } {
  const shared = readShared(objectOf(profile.shared_info), today);
  const shown = readShared({ name: profile.display_name }, today);
  return { told: { ...shown, ...shared }, follows: profile.user_is_follower !== false };
}
