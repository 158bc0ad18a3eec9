/** Why a visit is told to nobody by the cloud. */
export const LEFT_OUT_REASONS = [
  // By the guest's browser alone: Google takes two copies for two visits.
  "browser-only",
  "consent-withdrawn",
  // Meta takes nothing that is older than seven days.
  "too-old",
  // The company has another pixel by now, or none.
  "other-pixel",
  // They asked that nothing be done with what is known of them.
  "restricted",
  // Without a number or an address Meta could not tell whose visit it was.
  "unknown-person",
  // By Meta, and it alone.
  "refused",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export type ReadId =
  | { kind: "id"; id: string | null }
  /** Why it is none. */
  | { kind: "fault"; reason: string };

/** As somebody pastes it; nothing is no id. */
export function readMetaPixelId(typed: string | null): ReadId {
  const id = (typed ?? "").replaceAll(/\s/g, "");
  if (id === "") return { kind: "id", id: null };
  if (/^[1-9]\d{9,19}$/.test(id)) return { kind: "id", id };
  const reason = /^\d+$/.test(id)
    ? "has 10 to 20 digits, and does not begin with 0"
    : "is digits alone, as Events Manager shows it: no script and no address";
  return { kind: "fault", reason };
}

/** The same for Google; small letters are its own. */
export function readGoogleTagId(typed: string | null): ReadId {
  const id = (typed ?? "").replaceAll(/\s/g, "").toUpperCase();
  if (id === "") return { kind: "id", id: null };
  if (/^(G-[A-Z0-9]{6,12}|GT-[A-Z0-9]{6,14}|AW-\d{8,12})$/.test(id)) return { kind: "id", id };
  return { kind: "fault", reason: faultOfGoogle(id) };
}

function faultOfGoogle(id: string): string {
  if (id.startsWith("GTM-"))
    return "is a container of Tag Manager, which may load anything: give the tag's own id (G-, GT- or AW-)";
  if (id.startsWith("UA-"))
    return "is of Universal Analytics, which Google has ended: give a G- id";
  if (id.includes("/")) return "is the tag's id alone, without a conversion label behind it";
  return "begins with G-, GT- or AW-, as Google shows it";
}

/** Meta refuses a whole request for one event that is older. An hour is left for the way. */
export const META_AGE_MILLISECONDS = (7 * 24 - 1) * 60 * 60 * 1000;

/** How a visit stands as it is told; null: the cloud's copy waits to be sent. */
export function leftOutAtOnce(
  { metaPixelId, occurredAt }: { metaPixelId: string | null; occurredAt: Date },
  now: Date,
): LeftOutReason | null {
  if (metaPixelId === null) return "browser-only";
  return now.getTime() - occurredAt.getTime() > META_AGE_MILLISECONDS ? "too-old" : null;
}

type Due = {
  occurredAt: Date;
  pixelId: string | null;
  agrees: boolean;
  isRestricted: boolean;
  phone: string | null;
  email: string | null;
};

/** What keeps a visit that waits from being told; null: nothing does. */
export function findLeftOut(
  due: Due,
  { pixelId }: { pixelId: string | null },
  now: Date,
): LeftOutReason | null {
  if (!due.agrees) return "consent-withdrawn";
  if (due.isRestricted) return "restricted";
  if (due.pixelId !== pixelId) return "other-pixel";
  if ((due.phone ?? due.email) === null) return "unknown-person";
  return leftOutAtOnce({ metaPixelId: pixelId, occurredAt: due.occurredAt }, now);
}
