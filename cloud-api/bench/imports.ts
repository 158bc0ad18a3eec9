// How long a file of customers takes, from its first byte to the last customer, over HTTP on a cloud
// whose database keeps what it acknowledges; the same file again; and the very rows it makes, written
// bare by a superuser in batches of the same size. The file is read in pieces, so the memory of the
// cloud's process is looked at on the way: no more for more rows.
// pnpm bench imports [--rows 100000] [--rounds 3]
import { Client } from "pg";
import { listSearchWords } from "../src/features/customers/rules.ts";
import { BATCH_ROWS } from "../src/features/imports/jobs.ts";
import type { ImportReply } from "../src/features/imports/schema.ts";
import { newId } from "../src/platform/clock.ts";
import { readNumber } from "../test/bench-options.ts";
import { type BenchSite, startBenchSite } from "../test/bench-site.ts";
import { printFigure } from "../test/figure.ts";

const ROWS = readNumber("rows", 100_000);
const ROUNDS = readNumber("rounds", 3);
const SECONDS_BAR = 60 * (ROWS / 100_000);
/** What one import may add to the process between its tenth row in a hundred and its last. */
const GROWTH_MEBIBYTES_BAR = 64;
/** V8 lets garbage stand up to its limit, so that single looks are apart by chance: the most of either half is said beside. */
const HALVES = [
  { from: 0.1, to: 0.55 },
  { from: 0.55, to: 1.01 },
] as const;
const WARM_UP_ROWS = 2000;
/** As often as the page of an import asks. */
const LOOK_MS = 700;
const NAMES = ["Nguyễn Thị Lan", "Trần Văn Minh", "Lê Hồng Hạnh", "Phạm Quốc Đạt"];

type Person = { name: string; phone: string; email: string; birthday: string };

/** Invented people, none of them in another round. */
function makePeople(round: number, rows: number): Person[] {
  return Array.from({ length: rows }, (_, row) => ({
    name: `${NAMES[row % NAMES.length]} ${row}`,
    phone: `+849${round}${String(row).padStart(7, "0")}`,
    email: `k${row}.${round}@example.com`,
    birthday: `1990-03-${String(1 + (row % 28)).padStart(2, "0")}`,
  }));
}

function writeFile(people: readonly Person[]): string {
  const lines = people.map(({ name, phone, email, birthday }) =>
    [name, `0${phone.slice(3)}`, email, birthday.split("-").toReversed().join("/")].join(","),
  );
  return ["Họ tên,Số điện thoại,Email,Ngày sinh", ...lines].join("\n");
}

async function ask<Reply>(
  { origin, cookie }: BenchSite,
  [method, path]: [string, string],
  body?: string | object,
): Promise<Reply> {
  const type = typeof body === "string" ? "application/octet-stream" : "application/json";
  const answer = await fetch(`${origin}/api/v1${path}`, {
    method,
    headers: { origin, cookie, ...(body ? { "content-type": type } : {}) },
    ...(body ? { body: typeof body === "string" ? body : JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
  return (text === "" ? null : JSON.parse(text)) as Reply;
}

/** At the memory of the cloud's process, and which part of the rows was read then. */
type Look = { part: number; mebibytes: number };

/** What was held once that part was read. */
function findAt(looks: readonly Look[], mark: number): number {
  return looks.find(({ part }) => part >= mark)?.mebibytes ?? 0;
}

function findTop(looks: readonly Look[], { from, to }: { from: number; to: number }): number {
  const within = looks.filter(({ part }) => part >= from && part < to);
  if (within.length === 0) throw new Error("the import was over before anybody looked: more rows");
  return Math.max(...within.map(({ mebibytes }) => mebibytes));
}

async function reach(site: BenchSite, id: string, state: ImportReply["state"]) {
  const looks: Look[] = [];
  for (;;) {
    const found = await ask<ImportReply>(site, ["GET", `/imports/${id}`]);
    looks.push({ part: found.rowsRead / ROWS, mebibytes: site.readMemoryMebibytes() });
    if (found.state === state) return { found, looks };
    if (found.state === "failed") throw new Error(`the import failed: ${found.failure}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function bring(site: BenchSite, file: string) {
  const began = performance.now();
  const secondsSince = () => (performance.now() - began) / 1000;
  const { id, suggested } = await ask<ImportReply>(site, ["POST", "/imports?name=k.csv"], file);
  const plan = { columns: suggested, branchId: site.branchId, country: "VN", replace: false };
  await ask(site, ["PUT", `/imports/${id}/plan`], plan);
  await reach(site, id, "checked");
  const dryRun = secondsSince();
  await ask(site, ["POST", `/imports/${id}/run`]);
  const { found, looks } = await reach(site, id, "finished");
  return { dryRun, whole: secondsSince(), result: found.result, looks };
}

type Column = [type: string, values: readonly unknown[]];

async function insert(client: Client, table: string, columns: Record<string, Column>) {
  const names = Object.keys(columns);
  const places = names.map((name, index) => `$${index + 1}::${columns[name]?.[0]}[]`);
  await client.query(
    `insert into ${table} (${names.join(", ")}) select * from unnest(${places.join(", ")})`,
    names.map((name) => columns[name]?.[1]),
  );
}

/** The rows that an import keeps, of another company, by whom no policy binds. */
async function writeBare(client: Client, people: readonly Person[], branchId: string) {
  const began = performance.now();
  const tenantId = newId();
  for (let from = 0; from < people.length; from += BATCH_ROWS) {
    const batch = people.slice(from, from + BATCH_ROWS).map((each) => ({ id: newId(), ...each }));
    const at = new Date().toISOString();
    const same = (type: string, value: unknown): Column => [type, batch.map(() => value)];
    const each = (type: string, pick: (one: (typeof batch)[number]) => unknown): Column => [
      type,
      batch.map(pick),
    ];
    const base = { tenant_id: same("uuid", tenantId), id: each("uuid", ({ id }) => id) };
    await client.query("begin");
    await insert(client, "customers", {
      ...base,
      source_branch_id: same("uuid", branchId),
      source_at: same("timestamptz", at),
      first_seen_at: same("timestamptz", at),
      last_seen_at: same("timestamptz", at),
      changed_position: same("bigint", 1 + from / BATCH_ROWS),
      name: each("text", ({ name }) => name),
      phone: each("text", ({ phone }) => phone),
      email: each("text", ({ email }) => email),
      birthday: each("text", ({ birthday }) => birthday),
    });
    await insert(client, "guests", {
      ...base,
      customer_id: base.id,
      branch_id: same("uuid", branchId),
      first_seen_at: same("timestamptz", at),
    });
    for (const kind of ["phone", "email"] as const)
      await insert(client, "customer_identifiers", {
        tenant_id: base.tenant_id,
        kind: same("text", kind),
        value: each("text", (one) => one[kind]),
        customer_id: base.id,
      });
    for (const field of ["name", "phone", "email", "birthday"] as const)
      await insert(client, "customer_fields", {
        tenant_id: base.tenant_id,
        event_id: base.id,
        field: same("text", field),
        guest_id: base.id,
        value: each("text", (one) => one[field]),
        given_by: same("text", "import"),
        given_at: same("timestamptz", at),
        branch_id: same("uuid", branchId),
      });
    const words = batch.flatMap((one) => listSearchWords(one).map((word) => ({ word, ...one })));
    await insert(client, "customer_words", {
      tenant_id: ["uuid", words.map(() => tenantId)],
      word: ["text", words.map(({ word }) => word)],
      customer_id: ["uuid", words.map(({ id }) => id)],
    });
    await client.query("commit");
  }
  return (performance.now() - began) / 1000;
}

type Taken = { cloud: number; database: number };

/** What the cloud's process and PostgreSQL's took of the processors for it. */
async function weigh<Result>(work: () => Promise<Result>): Promise<[Result, Taken]> {
  const before = site.readProcessorSeconds();
  const result = await work();
  const after = site.readProcessorSeconds();
  return [
    result,
    { cloud: after.cloud - before.cloud, database: after.database - before.database },
  ];
}

const write = ({ cloud, database }: Taken) =>
  `${cloud.toFixed(1)} s of the cloud and ${database.toFixed(1)} s of PostgreSQL`;

const site = await startBenchSite({ role: "all" });
const client = new Client(site.databaseUrl);
const rounds: Record<"dry-run" | "whole" | "again" | "bare" | "growth", number[]> = {
  ...{ "dry-run": [], whole: [], again: [], bare: [], growth: [] },
};
try {
  await client.connect();
  await bring(site, writeFile(makePeople(0, WARM_UP_ROWS)));
  for (let round = 1; round <= ROUNDS; round += 1) {
    const people = makePeople(round, ROWS);
    const file = writeFile(people);
    const [first, taken] = await weigh(() => bring(site, file));
    const [again, takenAgain] = await weigh(() => bring(site, file));
    const [bare, takenBare] = await weigh(() => writeBare(client, people, site.branchId));
    if (first.result.new !== ROWS || again.result.same !== ROWS || again.result.new !== 0)
      throw new Error(`wrong figures: ${JSON.stringify([first.result, again.result])}`);
    const [early = 0, middle = 0, end = 0] = [0.1, 0.5, 1].map((mark) => findAt(first.looks, mark));
    const [former = 0, latter = 0] = HALVES.map((half) => findTop(first.looks, half));
    rounds["dry-run"].push(first.dryRun);
    rounds.whole.push(first.whole);
    rounds.again.push(again.whole);
    rounds.bare.push(bare);
    rounds.growth.push(Math.max(0, end - early, middle - early));
    const perSecond = Math.round(ROWS / first.whole);
    console.log(
      `round ${round}: ${perSecond} rows/s, ${(first.whole / bare).toFixed(2)} of the bare rows' ${bare.toFixed(1)} s; ${early}, ${middle}, ${end} MiB at 10, 50, 100 %, at most ${former} over the first half and ${latter} over the second`,
    );
    console.log(
      `processors: ${write(taken)}; the same again ${write(takenAgain)}; bare ${write(takenBare)}`,
    );
  }
  const seconds = { unit: "s", bar: SECONDS_BAR, better: "less" } as const;
  printFigure({ name: "imports-dry-run", rounds: rounds["dry-run"], ...seconds });
  printFigure({ name: "imports-whole", rounds: rounds.whole, ...seconds });
  printFigure({ name: "imports-same-again", rounds: rounds.again, ...seconds });
  const memory = { unit: "MiB", bar: GROWTH_MEBIBYTES_BAR, better: "less" } as const;
  printFigure({ name: "imports-memory-growth", rounds: rounds.growth, ...memory });
} finally {
  await client.end();
  await site.close();
}
