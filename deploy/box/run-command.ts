import { readLanguage } from "./config.ts";
import { findDiskFault } from "./disk-fault.ts";
import { findStoreFault } from "./store-fault.ts";
import { say, Told } from "./words.ts";

/** The exit code; null: it was asked wrongly. */
type Command<Given> = (given: Given) => number | null | Promise<number | null>;
export type Commands<Given> = Readonly<Record<string, Command<Given>>>;

/** What anybody may ask; the state, the settings and the units are root's to look at and to change. */
const FOR_ANYBODY = ["help", "log", "version"];

/** Exit code 0: all is well; 1: something is wrong; 2: it was asked wrongly. */
export async function runCommand<Given extends { name: string }>(
  commands: Commands<Given>,
  read: () => Given,
  showHelp: () => void,
): Promise<number> {
  let given: Given;
  try {
    given = read();
  } catch (error) {
    console.error(say(readLanguage(), { kind: "asked-wrongly", said: (error as Error).message }));
    showHelp();
    return 2;
  }
  const command = Object.hasOwn(commands, given.name) ? commands[given.name] : undefined;
  const isRoot = process.getuid?.() === 0;
  if (command && !isRoot && !FOR_ANYBODY.includes(given.name)) {
    console.error(say(readLanguage(), { kind: "not-root" }));
    return 2;
  }
  try {
    const code = (await command?.(given)) ?? null;
    if (code !== null) return code;
    showHelp();
    return 2;
  } catch (error) {
    const found = findDiskFault(error) ?? findStoreFault(error);
    const word = error instanceof Told ? error.word : found;
    if (word !== null) {
      console.error(say(readLanguage(), word));
      return 1;
    }
    // What the system refused is said as it said it; a stack helps nobody before a box.
    console.error(`foyer: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}
