// One of the two servers of bench/pages.ts: `portal` is the whole portal, `bare` a Fastify with
// @fastify/view that draws the same templates with the values the portal last drew them with. Says
// on one line of JSON where each page is, one address for each of many guests.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import view from "@fastify/view";
import { valuesOfLayout, WAY_IN_TEMPLATES } from "@foyer/blocks";
import { Eta } from "eta";
import Fastify, { type FastifyInstance } from "fastify";
import { type BenchBranch, openBenchBranch } from "./bench-branch.ts";

export type PageName = "first" | "returning" | "code" | "online";
export type PagesServer = { origin: string; paths: Record<PageName, string[]> };

/** The portal's pages, and the frame around them: @fastify/view takes all from one folder. */
const TEMPLATES = [
  join(import.meta.dirname, "../src/layout"),
  fileURLToPath(WAY_IN_TEMPLATES),
  join(fileURLToPath(import.meta.resolve("@foyer/blocks")), "../frame"),
];
const GUESTS = 40;
const NAMES: readonly PageName[] = ["first", "returning", "code", "online"];
const [mode = "portal", folder = ""] = process.argv.slice(2);

const macAt = (at: number, kind: string) =>
  `02-AA-${kind}-00-00-${at.toString(16).padStart(2, "0").toUpperCase()}`;
const phoneAt = (at: number, kind: string) => `09${kind}${String(100_000 + at)}`;

/** Newcomers, guests who were here before, guests whose code waits, and guests who are online. */
async function listPaths(branch: BenchBranch): Promise<PagesServer["paths"]> {
  const paths: PagesServer["paths"] = { first: [], returning: [], code: [], online: [] };
  for (let at = 0; at < GUESTS; at += 1) {
    paths.first.push(branch.handOffOf(macAt(at, "01")));
    const { onlineUrl } = await branch.signIn(macAt(at, "02"), phoneAt(at, "12"));
    paths.online.push(onlineUrl);
    paths.returning.push(branch.handOffOf(macAt(at, "02")));
    paths.code.push(await branch.askForCode(macAt(at, "03"), phoneAt(at, "13")));
  }
  return paths;
}

type Drawn = { template: string; values: object };

/** Serves each page with what the portal drew it with for its first guest. */
async function openBare(
  branch: BenchBranch,
  paths: PagesServer["paths"],
): Promise<{ app: FastifyInstance; paths: PagesServer["paths"] }> {
  const app = Fastify();
  const root = join(folder, "templates");
  for (const each of TEMPLATES) cpSync(each, root, { recursive: true });
  const engine = { eta: new Eta({ views: root, autoEscape: true }) };
  await app.register(view, { engine, root, layout: "layout", production: true });
  const own: PagesServer["paths"] = { first: [], returning: [], code: [], online: [] };
  for (const name of NAMES) {
    await branch.app.inject({ url: paths[name][0] ?? "", remoteAddress: "127.0.0.1" });
    const { template, values } = drawn ?? failToDraw(name);
    app.get(`/${name}`, (_request, reply) => reply.view(template, values));
    own[name].push(`/${name}`);
  }
  return { app, paths: own };
}

function failToDraw(name: string): never {
  throw new Error(`the page ${name} was not drawn`);
}

let drawn: Drawn | null = null;
const branch = await openBenchBranch(folder, () => origin);
let origin = "http://portal.example";
if (mode === "bare")
  branch.app.addHook("onRequest", async (_request, reply) => {
    const sendPage = reply.sendPage.bind(reply);
    reply.sendPage = (template, values, frame, sheet) => {
      // @fastify/view draws page and layout with the same values.
      drawn = { template, values: { ...valuesOfLayout(frame), ...values } };
      return sendPage(template, values, frame, sheet);
    };
  });
const own = await listPaths(branch);
const { app, paths } =
  mode === "bare" ? await openBare(branch, own) : { app: branch.app, paths: own };
origin = await app.listen({ host: "127.0.0.1", port: 0 });
process.stdin.on("end", () => process.exit(0)).resume();
process.stdout.write(`${JSON.stringify({ origin, paths })}\n`);
