import { readConfig } from "./config.ts";
import { setOperator } from "./operator.ts";

// Who may list, make and suspend companies is said where the cloud runs, and by no route of it.
const [email, word = "on"] = process.argv.slice(2);
if (!email || !["on", "off"].includes(word)) {
  process.stderr.write("node cloud-api/src/operator-main.ts lan@example.com [on|off]\n");
  process.exit(2);
}
try {
  const isFound = await setOperator(readConfig(), { email, isOperator: word === "on" });
  process.stdout.write(
    isFound ? `${email}: operator ${word}\n` : `Nobody has an account with ${email}.\n`,
  );
  process.exitCode = isFound ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
