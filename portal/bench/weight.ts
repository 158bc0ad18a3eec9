// What a first-timer's browser takes in, from the NAS's redirect to "you're online", as it comes over
// the wire: the first page, the whole flow, and every request that would go to another host.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LightMyRequestResponse } from "fastify";
import { openBenchBranch } from "../test/bench-branch.ts";
import { printFigure } from "../test/figure.ts";

const FIRST_BYTES_MAX = 14 * 1024;
const FLOW_BYTES_MAX = 50 * 1024;
const LANGUAGES = ["vi", "en"] as const;
/** Whatever a browser fetches by itself; links and forms are followed by hand. */
const LOADED = /(?:\ssrc|<link[^>]*\shref|srcset|\sposter)="([^"]+)"|url\(([^)]+)\)/g;

const wireBytes = ({ statusCode, headers, rawPayload }: LightMyRequestResponse): number =>
  Object.entries(headers).reduce(
    (sum, [name, value]) => sum + `${name}: ${value}\r\n`.length,
    `HTTP/1.1 ${statusCode} \r\n\r\n`.length + rawPayload.length,
  );

const listOthers = (html: string): string[] =>
  [...html.matchAll(LOADED)]
    .map(([, attribute, style]) => (attribute ?? style ?? "").replaceAll(/["']/g, ""))
    .filter((url) => /^(https?:)?\/\//.test(url));

const folder = mkdtempSync(join(tmpdir(), "foyer-bench-"));
const branch = await openBenchBranch(folder, () => "http://portal.example");
try {
  const firstBytes: number[] = [];
  const flowBytes: number[] = [];
  const others: string[] = [];
  for (const [at, language] of LANGUAGES.entries()) {
    const answers: LightMyRequestResponse[] = [];
    const headers = { "accept-encoding": "gzip", "accept-language": language };
    const walk = branch.walk({ headers, keep: (answer) => answers.push(answer) });
    await walk.signIn(`02-AA-BB-CC-00-0${at}`, `091234567${at}`);
    firstBytes.push(wireBytes(answers[0] as LightMyRequestResponse));
    flowBytes.push(answers.reduce((sum, answer) => sum + wireBytes(answer), 0));
    others.push(...answers.flatMap((answer) => listOthers(branch.textOf(answer))));
  }
  const kept = { unit: "bytes", better: "less" } as const;
  printFigure({ name: "portal-first-page", rounds: firstBytes, bar: FIRST_BYTES_MAX, ...kept });
  printFigure({ name: "portal-whole-flow", rounds: flowBytes, bar: FLOW_BYTES_MAX, ...kept });
  printFigure({
    ...{ name: "portal-other-hosts", rounds: [others.length], bar: 0 },
    ...{ unit: "requests", better: "less" },
  });
} finally {
  await branch.app.close();
  branch.store.close();
  rmSync(folder, { recursive: true });
}
