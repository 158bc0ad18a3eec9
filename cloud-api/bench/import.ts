import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ImportReply } from "../src/features/imports/schema.ts";
import { startCloud } from "../src/start.ts";
import { printFigure } from "../test/figure.ts";

// How long a hundred thousand rows take from the file to the last customer, on the embedded database,
// and how much memory the process takes for it: the file is read in pieces, so no more for more rows.
// pnpm bench import [--rows=100000]

const ROWS = Number(/^--rows=(\d+)$/.exec(process.argv[2] ?? "")?.[1] ?? 100_000);
const SECONDS_BAR = 60 * (ROWS / 100_000);
const MEGABYTES_BAR = 200;
const PASSWORD = "a long enough password for a benchmark";

const dataFolder = mkdtempSync(join(tmpdir(), "foyer-import-"));
const cloud = await startCloud({
  ...{ host: "127.0.0.1", port: 0, origin: null, dataFolder },
  ...{ role: "all", selfSignUp: true, logLevel: "error" },
});
const api = `${cloud.origin}/api/v1`;
let cookie = "";

async function ask<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
  const isFile = typeof body === "string";
  const type = isFile ? "application/octet-stream" : "application/json";
  const headers = { origin: cloud.origin, cookie, ...(body ? { "content-type": type } : {}) };
  const content = body === undefined ? {} : { body: isFile ? body : JSON.stringify(body) };
  const answer = await fetch(`${api}${path}`, { method, headers, ...content });
  cookie = answer.headers.getSetCookie()[0]?.split(";")[0] ?? cookie;
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as Reply;
}

async function reach(id: string, state: ImportReply["state"]): Promise<ImportReply> {
  for (;;) {
    const found = await ask<ImportReply>("GET", `/imports/${id}`);
    if (found.state === state) return found;
    if (found.state === "failed") throw new Error(`the import failed: ${found.failure}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function writeFile(): string {
  const names = ["Nguyễn Thị Lan", "Trần Văn Minh", "Lê Hồng Hạnh", "Phạm Quốc Đạt"];
  const lines = ["Họ tên,Số điện thoại,Email,Ngày sinh"];
  for (let row = 0; row < ROWS; row += 1)
    lines.push(
      `${names[row % 4]} ${row},09${String(10_000_000 + row)},k${row}@example.com,${1 + (row % 28)}/3/1990`,
    );
  return lines.join("\n");
}

async function bring(file: string, branchId: string) {
  const began = performance.now();
  const { id, suggested } = await ask<ImportReply>("POST", "/imports?name=k.csv", file);
  const plan = { columns: suggested, branchId, country: "VN", replace: false };
  await ask("PUT", `/imports/${id}/plan`, plan);
  await reach(id, "checked");
  const checked = (performance.now() - began) / 1000;
  await ask("POST", `/imports/${id}/run`);
  const { result } = await reach(id, "finished");
  return { checked, whole: (performance.now() - began) / 1000, result };
}

try {
  const owner = { tenantName: "Bench", email: "owner@example.com", name: "Lan" };
  await ask("POST", "/sign-up", { ...owner, password: PASSWORD, language: "vi" });
  const place = { name: "Một", timeZone: "Asia/Ho_Chi_Minh", country: "VN", languages: ["vi"] };
  const branch = await ask<{ id: string }>("POST", "/branches", place);
  const file = writeFile();
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 100);
  const first = await bring(file, branch.id);
  const again = await bring(file, branch.id);
  clearInterval(watch);
  if (first.result.new !== ROWS || again.result.same !== ROWS || again.result.new !== 0)
    throw new Error(`wrong figures: ${JSON.stringify([first.result, again.result])}`);
  const seconds = { unit: "s", bar: SECONDS_BAR, better: "less" } as const;
  printFigure({ name: "import-dry-run", rounds: [first.checked], ...seconds });
  printFigure({ name: "import-whole", rounds: [first.whole], ...seconds });
  printFigure({ name: "import-same-again", rounds: [again.whole], ...seconds });
  const megabytes = (most - before) / 1024 / 1024;
  const memory = { unit: "MB", bar: MEGABYTES_BAR, better: "less" } as const;
  printFigure({ name: "import-memory", rounds: [megabytes], ...memory });
} finally {
  await cloud.close();
  rmSync(dataFolder, { recursive: true, force: true });
}
