import { spawn } from "node:child_process";
import { withoutGuests } from "../log.ts";

const RUN_MS_MAX = 20_000;
const SAID_CHARACTERS_MAX = 2000;

/** Runs a program of Debian's to its end, with what it reads; answers what it printed. */
export type RunCommand = (
  command: string,
  words: readonly string[],
  input?: string,
) => Promise<string>;

/**
 * Never by a shell: a word is a word. Throws with what the program said when it fails, which is for the log:
 * nft quotes what it was told, guests and all.
 */
export const runCommand: RunCommand = (command, words, input = "") => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn(command, words, { timeout: RUN_MS_MAX, stdio: "pipe" });
  let [printed, said] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-SAID_CHARACTERS_MAX);
  });
  child.on("error", (cause) =>
    reject(new Error(`${command} cannot be run: ${cause.message}`, { cause })),
  );
  child.on("close", (code) => {
    if (code === 0) resolve(printed);
    else {
      const told = withoutGuests(said.trim());
      reject(new Error(`${command} ${words.join(" ")} ended with ${code}: ${told}`));
    }
  });
  // One that ends before it has read all says so by its code.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return promise;
};
