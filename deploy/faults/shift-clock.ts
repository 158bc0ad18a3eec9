import { readFileSync } from "node:fs";

// Loaded before a process of the box (`--import shift-clock.ts?file=…`): its clock is the machine's
// and as many milliseconds as the file says, which is looked at again and again. Nothing that counts
// from the start of the machine or of the process is moved, as with a clock that somebody sets.

const file = new URL(import.meta.url).searchParams.get("file") ?? "";
const LOOK_MILLISECONDS = 50;

const Machine = Date;
let shift = readShift();
setInterval(() => {
  shift = readShift();
}, LOOK_MILLISECONDS).unref();

function readShift(): number {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
}

globalThis.Date = class extends Machine {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(Machine.now() + shift);
    else super(...(parts as [number]));
  }
  static override now(): number {
    return Machine.now() + shift;
  }
} as DateConstructor;
