import { resolve } from "node:path";
import { parseArgs } from "node:util";

export type DemoOptions = {
  portBase: number;
  dataFolder: string;
  withGuests: boolean;
};

export type ReadOptions =
  | { kind: "options"; options: DemoOptions }
  | { kind: "help" }
  | { kind: "faults"; faults: string[] };

const PORT_BASE = 7300;
/** The ports from the base on that the demonstration uses. */
export const portOffsets = {
  cloud: 0,
  portal: 1,
  "access point": 2,
  "RADIUS authentication": 12,
  "RADIUS accounting": 13,
  "Disconnect-Requests": 14,
} as const;
const PORT_BASE_MAX = 65535 - 14;

export const USAGE = `Starts Foyer with everything it needs: a cloud, a branch's box, a simulated access point.

  --port-base N    the first of the ports it uses (${PORT_BASE})
  --data FOLDER    where everything is kept (./.foyer, or FOYER_DEMO_FOLDER)
  --no-guests      without the three invented guests
`;

/** Reads what was typed behind `start`. The folder of the environment is a default, no more. */
export function readOptions(
  words: readonly string[],
  environmentFolder: string | undefined,
): ReadOptions {
  const parsed = parseWords(words);
  if (typeof parsed === "string") return { kind: "faults", faults: [parsed] };
  if (parsed.help) return { kind: "help" };
  const portBase = Number(parsed["port-base"] ?? PORT_BASE);
  if (!Number.isInteger(portBase) || portBase < 1 || portBase > PORT_BASE_MAX)
    return { kind: "faults", faults: [`--port-base is not a port from 1 to ${PORT_BASE_MAX}`] };
  const dataFolder = resolve(parsed.data ?? environmentFolder ?? ".foyer");
  const withGuests = parsed["no-guests"] !== true;
  return { kind: "options", options: { portBase, dataFolder, withGuests } };
}

function parseWords(words: readonly string[]) {
  try {
    return parseArgs({
      // pnpm hands its own separator on.
      args: words.filter((word) => word !== "--"),
      options: {
        "port-base": { type: "string" },
        data: { type: "string" },
        "no-guests": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
