/** Where on the earth: degrees of WGS 84, north and east are positive. */
export type Point = { latitude: number; longitude: number };

/** About a metre: no home needs more, and no phone knows more. */
const DECIMALS = 5;
const NUMBER = String.raw`(-?\d{1,3}(?:\.\d+)?)`;

/**
 * Ways in which people have a place at hand: two numbers (latitude first), a geo address (RFC 5870),
 * or a link out of a map: its place (!3d…!4d…, q=, query=, ll=, mlat=) before what it looks at (@).
 */
const FORMS = [
  `^${NUMBER}\\s*[,;\\s]\\s*${NUMBER}$`,
  `^geo:${NUMBER},${NUMBER}`,
  `!3d${NUMBER}!4d${NUMBER}`,
  `[?&](?:q|query|ll|daddr|destination)=${NUMBER}(?:,|%2C)${NUMBER}`,
  `[?&]mlat=${NUMBER}&mlon=${NUMBER}`,
  `@${NUMBER},${NUMBER}`,
].map((form) => new RegExp(form, "i"));

/** What is kept of a place that somebody typed, as "latitude,longitude"; null: it is none. */
export function readPlace(typed: string): string | null {
  for (const form of FORMS) {
    const found = form.exec(typed.trim());
    if (found) return writePlace({ latitude: Number(found[1]), longitude: Number(found[2]) });
  }
  return null;
}

/** Null for what lies on no globe. */
export function writePlace({ latitude, longitude }: Point): string | null {
  if (!(Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180)) return null;
  // Adding nothing makes nought of what is less than nothing by too little to be written.
  const round = (degrees: number) => Number(degrees.toFixed(DECIMALS)) + 0;
  return [latitude, longitude].map((degrees) => round(degrees).toFixed(DECIMALS)).join(",");
}

/** The point that a kept value says. */
export function pointOf(place: string): Point | null {
  const [latitude, longitude] = (readPlace(place) ?? "").split(",");
  if (!latitude || !longitude) return null;
  return { latitude: Number(latitude), longitude: Number(longitude) };
}
