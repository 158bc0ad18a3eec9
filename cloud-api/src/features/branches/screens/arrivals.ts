import { findMoment } from "../../../shell/zoned.ts";
import { fold, type Stay } from "./stays.ts";

const ROOM_LENGTH_MAX = 20;
const NAME_LENGTH_MAX = 100;
const CHECK_IN = "14:00";
const CHECK_OUT = "12:00";

export type LineFault = "columns" | "room" | "name" | "from" | "until" | "order";
export type ReadArrivals = {
  stays: Stay[];
  /** Lines that could not be read, counting from 1 as the person sees them. */
  faults: { line: number; fault: LineFault }[];
};

type Column = "room" | "name" | "from" | "until";
type ReadOptions = {
  timeZone: string;
  /** YYYY-MM-DD at the branch: when a guest arrives whose line does not say it. */
  today: string;
};

/** What the first line may call its columns, folded. */
const HEADERS: Record<Column, readonly string[]> = {
  room: ["room", "roomnumber", "roomno", "phong", "sophong"],
  name: [
    "name",
    "surname",
    "lastname",
    "guest",
    "guestname",
    "ten",
    "ho",
    "hoten",
    "khach",
    "tenkhach",
  ],
  from: ["from", "arrival", "arrivaldate", "checkin", "den", "ngayden", "nhanphong", "tu"],
  until: [
    "until",
    "to",
    "departure",
    "departuredate",
    "checkout",
    "di",
    "ngaydi",
    "traphong",
    "denngay",
  ],
};

/**
 * Reads a day's arrivals as people paste them from a table or a file: a line each with room, name,
 * arrival and departure, parted by tabs, semicolons or commas. The first line may name the columns;
 * without an arrival it is today.
 */
export function readArrivals(text: string, options: ReadOptions): ReadArrivals {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const separator = findSeparator(lines);
  const read: ReadArrivals = { stays: [], faults: [] };
  let columns: Column[] | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "") continue;
    const cells = splitLine(line, separator);
    const named: Column[] | null = columns === null ? readHeader(cells) : null;
    if (named) {
      columns = named;
      continue;
    }
    columns ??= cells.length === 3 ? ["room", "name", "until"] : ["room", "name", "from", "until"];
    const stay = readLine(cells, columns, options);
    if (typeof stay === "string") read.faults.push({ line: index + 1, fault: stay });
    else read.stays.push(stay);
  }
  return read;
}

function findSeparator(lines: readonly string[]): string {
  const first = lines.find((line) => line.trim() !== "") ?? "";
  return ["\t", ";"].find((each) => first.includes(each)) ?? ",";
}

/** RFC 4180 §2: a field in quotes may hold the separator, and a quote twice is one. */
function splitLine(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let at = 0; at < line.length; at += 1) {
    const letter = line[at] ?? "";
    if (letter === '"' && isQuoted && line[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (letter === '"' && (isQuoted || cell.trim() === "")) isQuoted = !isQuoted;
    else if (letter === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += letter;
  }
  return [...cells, cell.trim()];
}

/** The columns that a line names; null where it names no room and no name. */
function readHeader(cells: readonly string[]): Column[] | null {
  const columns = cells.map(
    (cell) =>
      (Object.keys(HEADERS) as Column[]).find((each) => HEADERS[each].includes(fold(cell))) ?? null,
  );
  if (!columns.includes("room") || !columns.includes("name")) return null;
  // What it calls something else keeps its place, and is read by nobody.
  return columns.map((each) => each ?? ("" as Column));
}

function readLine(
  cells: readonly string[],
  columns: readonly Column[],
  { timeZone, today }: ReadOptions,
): Stay | LineFault {
  const cellOf = (column: Column) => cells[columns.indexOf(column)] ?? "";
  if (cells.length < 3) return "columns";
  const [room, name] = [cellOf("room"), cellOf("name")];
  if (fold(room) === "" || room.length > ROOM_LENGTH_MAX) return "room";
  if (fold(name) === "" || name.length > NAME_LENGTH_MAX) return "name";
  const from = readMoment(cellOf("from") || today, { timeZone, usual: CHECK_IN, today });
  if (!from) return "from";
  const until = readMoment(cellOf("until"), { timeZone, usual: CHECK_OUT, today });
  if (!until) return "until";
  if (until <= from) return "order";
  return { room, name, validFrom: from.toISOString(), validUntil: until.toISOString() };
}

type MomentOptions = { timeZone: string; usual: string; today: string };

/** `2026-11-26`, `26/11/2026` or `26/11`, with a time after it or none. Day before month, as we write. */
function readMoment(text: string, { timeZone, usual, today }: MomentOptions): Date | null {
  const [, date = "", hour, minute = "00"] =
    /^(\S+?)(?:[T ,]+(\d{1,2})[:h](\d{2})?(?::\d{2})?)?$/.exec(text.trim()) ?? [];
  const day = readDay(date, today.slice(0, 4));
  const time = hour === undefined ? usual : `${hour.padStart(2, "0")}:${minute}`;
  if (day === null || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) return null;
  return findMoment(day, time, timeZone);
}

function readDay(text: string, year: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const [, d, m, y = year] = /^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?$/.exec(text) ?? [];
  const [whole, month, date] = iso ? iso.slice(1) : [y, m, d];
  if (!whole || !month || !date) return null;
  const day = `${whole}-${month.padStart(2, "0")}-${date.padStart(2, "0")}`;
  const moment = new Date(`${day}T00:00:00Z`);
  // 31/02 is read as a day of March, and is none.
  return Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== day ? null : day;
}
