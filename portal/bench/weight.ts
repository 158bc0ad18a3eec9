// What a first-timer's browser takes in, from the NAS's redirect to "you're online", as it comes over
// the wire: the first page, the whole flow, and every request that would go to another host. The pages
// are a real portal's, with the sealed contexts that their links and forms carry: they shrink no more,
// and what they are of the whole is said beside it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
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

/** A sealed context in a hidden field, a link or where an answer leads. */
const CONTEXT = /(?<=[?&;]c=|name="c" value=")[\w-]{200,}/g;

/** What an answer would be lighter by without them. */
function contextBytes(answer: LightMyRequestResponse, text: string): number {
  const { location = "" } = answer.headers;
  const inLocation = [...String(location).matchAll(CONTEXT)].join("").length;
  const bare = gzipSync(text.replaceAll(CONTEXT, "")).length;
  return inLocation + (text === "" ? 0 : answer.rawPayload.length - bare);
}

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
  const contexts: { first: number; flow: number }[] = [];
  for (const [at, language] of LANGUAGES.entries()) {
    const answers: LightMyRequestResponse[] = [];
    const headers = { "accept-encoding": "gzip", "accept-language": language };
    const walk = branch.walk({ headers, keep: (answer) => answers.push(answer) });
    await walk.signIn(`02-AA-BB-CC-00-0${at}`, `091234567${at}`);
    firstBytes.push(wireBytes(answers[0] as LightMyRequestResponse));
    flowBytes.push(answers.reduce((sum, answer) => sum + wireBytes(answer), 0));
    const sealed = answers.map((answer) => contextBytes(answer, branch.textOf(answer)));
    contexts.push({ first: sealed[0] ?? 0, flow: sealed.reduce((sum, each) => sum + each, 0) });
    others.push(...answers.flatMap((answer) => listOthers(branch.textOf(answer))));
  }
  const kept = { unit: "bytes", better: "less" } as const;
  printFigure({ name: "portal-first-page", rounds: firstBytes, bar: FIRST_BYTES_MAX, ...kept });
  printFigure({ name: "portal-whole-flow", rounds: flowBytes, bar: FLOW_BYTES_MAX, ...kept });
  const most = (of: "first" | "flow") => Math.max(...contexts.map((each) => each[of]));
  console.log(
    `beside portal-first-page ${most("first")} bytes of it are its sealed context, ${most("flow")} of the whole flow`,
  );
  printFigure({
    ...{ name: "portal-other-hosts", rounds: [others.length], bar: 0 },
    ...{ unit: "requests", better: "less" },
  });
} finally {
  await branch.app.close();
  branch.store.close();
  rmSync(folder, { recursive: true });
}
