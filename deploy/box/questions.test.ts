import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const QUESTIONS = JSON.stringify(join(import.meta.dirname, "questions.ts"));
const PROGRAM = `import { openQuestions } from ${QUESTIONS};
const { ask, close } = openQuestions();
const answers = [await ask("First: "), await ask("Second: ")];
close();
console.error(JSON.stringify(answers));`;

/** What two questions are answered by this that is piped in. */
function answersTo(input: string): unknown {
  const program = ["--input-type=module", "--eval", PROGRAM];
  const ended = spawnSync(process.execPath, program, { input, encoding: "utf8", timeout: 30_000 });
  expect([ended.status, ended.stdout]).toEqual([0, expect.stringContaining("Second: ")]);
  return JSON.parse(ended.stderr);
}

test.each([
  ["both at once", "https://cloud.example\n 7K3M-Q0ZT \n", ["https://cloud.example", "7K3M-Q0ZT"]],
  ["one", "https://cloud.example\n", ["https://cloud.example", ""]],
  ["none", "", ["", ""]],
])("questions are answered by what a pipe brings: %s", { timeout: 60_000 }, (_, input, answers) => {
  expect(answersTo(input)).toEqual(answers);
});

/** util-linux's: what is piped into it is typed at a terminal of the command's own. */
const SCRIPT = "/usr/bin/script";
const CTRL_C = "\u0003";

test.skipIf(!existsSync(SCRIPT))(
  "Ctrl-C at a question ends whoever asks, as SIGINT does, and asks no further",
  { timeout: 60_000 },
  async () => {
    const command = `'${process.execPath}' --input-type=module --eval "$PROGRAM"`;
    const options = { env: { ...process.env, PROGRAM, SHELL: "/bin/sh" } };
    const asking = spawn(SCRIPT, ["-qec", command, "/dev/null"], options);
    onTestFinished(() => void asking.kill());
    let said = "";
    let isTyped = false;
    asking.stdout.on("data", (chunk) => {
      said += String(chunk);
      if (isTyped || !said.includes("First: ")) return;
      isTyped = true;
      asking.stdin.write(CTRL_C);
    });
    const [code] = await once(asking, "close");
    expect([code, said]).toEqual([130, expect.not.stringContaining("Second: ")]);
  },
);
