const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** XML 1.0 §2.2: what no document may hold, however it is written. */
const NO_CHARACTER = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Text for the inside of an element or a quoted attribute. What XML cannot say becomes U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .replace(NO_CHARACTER, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
