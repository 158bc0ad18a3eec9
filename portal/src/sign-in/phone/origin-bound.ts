/** The host of an https origin; null for any other: a code is bound to secure pages alone. */
export function secureHostOf(origin: string): string | null {
  const url = URL.parse(origin);
  return url?.protocol === "https:" ? url.hostname : null;
}

/**
 * The form in which phones fill a code in at its own site and nowhere else: the last line names host
 * and code (WICG, Origin-bound one-time codes delivered via SMS, §2).
 */
export function bindToOrigin(
  text: string,
  { host, code }: { host: string | null; code: string },
): string {
  return host === null ? text : `${text}\n@${host} #${code}`;
}
