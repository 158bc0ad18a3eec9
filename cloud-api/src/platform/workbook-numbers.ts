/** How a number in a cell is shown, as far as it changes what it means: ECMA-376 part 1, §18.8.30. */
export type NumberKind = { kind: "plain" } | { kind: "date" } | { kind: "digits"; length: number };

/** Formats that a workbook need not write down: dates and times, with those of East Asian editions. */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) ||
  (id >= 27 && id <= 36) ||
  (id >= 45 && id <= 47) ||
  (id >= 50 && id <= 58);

/** What a format makes of a number; `code` is absent for one that is built in. */
export function readNumberFormat(id: number, code: string | undefined): NumberKind {
  if (code === undefined) return { kind: isBuiltInDate(id) ? "date" : "plain" };
  // "0000000000": a phone number or a code that is kept as a number.
  if (/^0{2,20}$/.test(code)) return { kind: "digits", length: code.length };
  const [positive = ""] = code.split(";");
  const signs = positive
    .replaceAll(/"[^"]*"|\\.|_.|\*./g, "")
    // Colours, locales and conditions stand in brackets; [h] alone is a length of time.
    .replaceAll(/\[(?![hms]+\])[^\]]*\]/gi, "");
  return { kind: /[ymdhs]/i.test(signs) && !/general/i.test(signs) ? "date" : "plain" };
}

const DAY_MILLISECONDS = 86_400_000;
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);
/** 31 December 9999, the last day there is. */
const SERIAL_MAX = 2_958_465;

/**
 * A date that is kept as a count of days, as YYYY-MM-DD, with the time where there is one. Null for
 * what is no date. Day 60 of the 1900 system never was: 1900 is taken for a leap year there (ECMA-376
 * part 1, §18.17.4.1).
 */
export function readSerialDate(serial: number, is1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial >= SERIAL_MAX + 1) return null;
  if (!is1904 && Math.floor(serial) === 60) return null;
  const lost = !is1904 && serial < 60 ? 1 : 0;
  const epoch = is1904 ? EPOCH_1904 : EPOCH_1900;
  const seconds = Math.round((serial + lost) * 86_400);
  const text = new Date(epoch + seconds * 1000).toISOString();
  return (seconds * 1000) % DAY_MILLISECONDS === 0 ? text.slice(0, 10) : text.slice(0, 19);
}

/** A number as people would read it in the cell. */
export function readNumber(text: string, format: NumberKind, is1904: boolean): string {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return text;
  if (format.kind === "date") return readSerialDate(value, is1904) ?? text;
  // 8.4912345678E10 is a phone number, whoever wrote the file.
  const plain = Number.isSafeInteger(value) ? String(value) : text;
  return format.kind === "digits" && /^\d+$/.test(plain)
    ? plain.padStart(format.length, "0")
    : plain;
}
