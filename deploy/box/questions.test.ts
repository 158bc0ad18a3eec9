import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

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
