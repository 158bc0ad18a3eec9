import { spawnSync } from "node:child_process";
import { judgeAudit } from "./audit-rules.ts";

// Asks the registry which of the packages that run have known weaknesses. 0: none; 1: some; 3: it was not
// answered, which says nothing either way. Further words are pnpm's, such as --registry URL.

const command = ["--yes", "pnpm@12.21.0", "audit", "--prod", "--json", ...process.argv.slice(2)];
const outcome = judgeAudit(
  spawnSync("npx", command, { encoding: "utf8", cwd: `${import.meta.dirname}/..` }),
);
switch (outcome.kind) {
  case "clean":
    console.log("No package that runs has a known weakness.");
    break;
  case "advisories":
    for (const { name, severity, title, url } of outcome.advisories)
      console.log(`${severity.padEnd(9)} ${name}: ${title} ${url}`);
    process.exitCode = 1;
    break;
  case "not-answered":
    console.error(
      `The registry does not answer for weaknesses, so nothing is known of them: ${outcome.reason}\nAsk one that does: npx --yes pnpm@12.21.0 run advisories --registry URL`,
    );
    process.exitCode = 3;
    break;
  default:
    outcome satisfies never;
}
