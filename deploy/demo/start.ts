import { existsSync } from "node:fs";
import { relative } from "node:path";
import { readDemoFolder } from "./config.ts";
import { type Demo, StartFault, startDemo } from "./demo.ts";
import { INVENTED_GUESTS } from "./guests.ts";
import { readOptions, USAGE } from "./options.ts";
import { portsFrom } from "./ports.ts";

const read = readOptions(process.argv.slice(2), readDemoFolder());
if (read.kind === "help") {
  process.stdout.write(USAGE);
  process.exit(0);
}
if (read.kind === "faults") {
  process.stderr.write(`${read.faults.join("\n")}\n\n${USAGE}`);
  process.exit(2);
}

const { options } = read;
const say = (line: string) => {
  const time = new Date().toLocaleTimeString("en-GB");
  process.stdout.write(`${time}  ${line}\n`);
};
let stopping = false;
let exitCode = 0;
let demo: Demo | null = null;
const isFirst = !existsSync(options.dataFolder);
const starting = startDemo({
  ports: portsFrom(options.portBase),
  dataFolder: options.dataFolder,
  guests: options.withGuests ? INVENTED_GUESTS : [],
  say,
  onUnexpectedEnd: (reason) => {
    process.stderr.write(`${reason}\n`);
    void stop(1);
  },
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(signal, () => void stop(0));

process.stdout.write(
  isFirst
    ? "Foyer starts. The first start makes a database, which takes a moment.\n"
    : "Foyer starts, with what was kept.\n",
);
try {
  demo = await starting;
  if (!stopping) process.stdout.write(summary(demo));
} catch (error) {
  // What says itself needs no stack.
  const text =
    error instanceof StartFault ? error.message : error instanceof Error ? error.stack : error;
  if (!stopping) process.stderr.write(`Foyer did not start.\n${text}\n`);
  process.exit(stopping ? exitCode : 1);
}

/** Ends everything in its order; while it still starts, as soon as it has. */
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  exitCode = code;
  process.stdout.write("\nFoyer stops.\n");
  const started = await starting.catch(() => null);
  await started?.stop();
  process.exit(exitCode);
}

function summary({ cloud, portal, accessPoint, firstSignInUrl }: Demo): string {
  const folder = relative(process.cwd(), options.dataFolder) || ".";
  const staff = firstSignInUrl
    ? [firstSignInUrl, "once, to make your account"]
    : [cloud, "sign in with the account you made"];
  const rows = [
    ["Guest Wi-Fi", accessPoint, "open it as a guest would; you are led to the guest page"],
    ["Guest page", portal, "what the box shows; it wants a guest from the Wi-Fi"],
    ["Codes", `${portal}/outbox`, "one-time passwords land here instead of on a phone"],
    ["Staff app", ...staff],
    [
      "Kept in",
      folder.startsWith("..") ? options.dataFolder : folder,
      "logs are in its folder logs",
    ],
  ];
  const lines = rows.map(
    ([name = "", value = "", note = ""]) =>
      `  ${name.padEnd(13)}${value}\n  ${"".padEnd(13)}${note}\n`,
  );
  return `\nFoyer runs. Stop it with Ctrl-C.\n\n${lines.join("")}\n`;
}
