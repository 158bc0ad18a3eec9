export { isOpen, PROFILE_FIELDS } from "../customers/index.ts";

/** For so long a personal link opens its page. */
export const LINK_DAYS = 30;

type Choice = { purpose: string; channel: string | null };

/** What the button of a consent sends. */
export const writeConsent = ({ purpose, channel }: Choice): string =>
  channel === null ? purpose : `${purpose} ${channel}`;

/** Null where the form is of another button. */
export function readConsent(form: URLSearchParams): Choice | null {
  const [purpose = "", channel = null] = form.get("take-back")?.split(" ") ?? [];
  return purpose === "" ? null : { purpose, channel };
}

/** Black or white, whichever is read better on a colour, #rrggbb (WCAG 2.2, relative luminance). */
export function inkOn(colour: string): "#000000" | "#ffffff" {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((from) => {
    const part = Number.parseInt(colour.slice(from, from + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return luminance > 0.179 ? "#000000" : "#ffffff";
}

/** Of what a form sends, the fields that are there; several choices come as several values. */
export function readForm(form: URLSearchParams, fields: readonly string[]): Record<string, string> {
  const values: Record<string, string> = {};
  for (const field of fields) {
    // An empty one stands before several choices, so that none can be chosen at all.
    if (form.has(field)) values[field] = form.getAll(field).filter(Boolean).join("\n");
  }
  return values;
}
