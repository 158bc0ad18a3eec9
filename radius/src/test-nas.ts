import { parseArgs } from "node:util";
import { readReportConfig } from "./config.ts";
import { reportNas } from "./nas-report.ts";
import { say } from "./server/words.ts";

const SECONDS_MAX = 3600;

const read = readReportConfig();
if (read.kind === "faults") {
  for (const fault of read.faults) console.error(`test-nas: ${fault}`);
  process.exit(1);
}
const { config } = read;

/** Null: what was typed is not understood. */
function readCommandLine(): { wanted: string | null; seconds: number } | null {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { seconds: { type: "string", default: "0" } },
    });
    const seconds = Number(values.seconds);
    const isRight = /^\d+$/.test(values.seconds) && seconds <= SECONDS_MAX;
    if (!isRight || positionals.length > 1) return null;
    return { wanted: positionals[0] ?? null, seconds };
  } catch {
    return null;
  }
}

const asked = readCommandLine();
if (!asked) {
  console.error(say(config.language, { kind: "usage" }));
  process.exit(1);
}
const isWell = await reportNas({ ...config, ...asked, print: (line) => console.log(line) });
process.exitCode = isWell ? 0 : 1;
