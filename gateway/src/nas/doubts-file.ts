import { readFileSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../filter/state-file.ts";
import type { Doubts } from "./doubts.ts";

const FILE = "gateway-doubts.json";

/** Null: nothing of the kind was seen. */
export function findDoubts(stateFolder: string): Doubts | null {
  try {
    const told = JSON.parse(readFileSync(join(stateFolder, FILE), "utf8")) as Partial<Doubts>;
    const { times, lastAt } = told;
    return Number.isSafeInteger(times) && typeof lastAt === "string"
      ? { times: times as number, lastAt }
      : null;
  } catch {
    return null;
  }
}

/** Holds no MAC: whoever reads it learns that it happened, and when. */
export function noteDoubt(stateFolder: string, now: Date): void {
  const times = (findDoubts(stateFolder)?.times ?? 0) + 1;
  const told: Doubts = { times, lastAt: now.toISOString() };
  replaceFile(join(stateFolder, FILE), `${JSON.stringify(told)}\n`);
}
