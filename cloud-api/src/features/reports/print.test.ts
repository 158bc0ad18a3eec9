import { afterAll, beforeAll, expect, test } from "vitest";
import { describeWithPoppler, readPdf } from "../../../test/read-pdf.ts";
import { openReportYear, type ReportYear } from "../../../test/report-year.ts";
import { refuseLong } from "./list-print-routes.ts";
import type { OverviewReply } from "./schema.ts";
import { FILE_WORDS, TABLES } from "./tables.ts";

let year: ReportYear;
beforeAll(async () => {
  year = await openReportYear({ seed: 45, guests: 20 });
}, 300_000);
afterAll(() => year?.site.close());

const PERIOD = "from=2025-12-01&to=2026-11-21";
const LOCALE = { vi: "vi-VN", en: "en-GB" } as const;
type Language = keyof typeof LOCALE;

async function takePdf(path: string, who = year.owner): Promise<string[]> {
  const answer = await year.site.app.inject({
    url: `/api/v1/reports/${path}`,
    headers: { cookie: who.cookie() },
  });
  expect([path, answer.statusCode, answer.headers["content-type"]]).toEqual([
    ...[path, 200, "application/pdf"],
  ]);
  return readPdf(answer.rawPayload);
}

/** The same table as a spreadsheet gets it, a list of cells a line. */
async function takeCsv(path: string): Promise<string[][]> {
  const { body } = await year.owner.ask<string>("GET", `/api/v1/reports/${path}`);
  const lines = body.replace(/^\ufeff/, "").trimEnd();
  return lines
    .split("\r\n")
    .map((line) =>
      [...line.matchAll(/"((?:[^"]|"")*)"|([^",]+)|(?<=,|^)(?=,|$)/g)].map(
        ([, text, plain]) => text ?? plain ?? "",
      ),
    );
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec".split(" ");

/** As somebody who reads the language writes a cell by hand. */
function writeByHand(language: Language, cell: string): string {
  const [, year4, month, day] = /^(\d{4})-(\d\d)(?:-(\d\d))?$/.exec(cell) ?? [];
  if (year4 !== undefined) {
    const name = MONTHS[Number(month) - 1];
    if (language === "en") return `${day ? `${Number(day)} ` : ""}${name} ${year4}`;
    return `${day ? `${day}/` : ""}${month}/${year4}`;
  }
  const groups = language === "vi" ? "." : ",";
  return /^\d+$/.test(cell) ? cell.replaceAll(/\B(?=(\d{3})+$)/g, groups) : cell;
}

/** Each row stands whole, below the one before; a number that there is not is a dash. */
function expectRows(pages: readonly string[], rows: readonly string[][], language: Language) {
  const text = pages.join(" ").replaceAll(/ –(?= )/g, "");
  let at = 0;
  for (const row of rows) {
    const line = row.map((cell) => writeByHand(language, cell)).filter((cell) => cell !== "");
    const found = text.indexOf(line.join(" "), at);
    if (found < 0) expect(text.slice(at)).toContain(line.join(" "));
    at = found + line.join(" ").length;
  }
}

describeWithPoppler("reports as PDF", () => {
  test("part of HM-2.23: any report leaves as PDF with every cell of its table, in the reader's language and numbers", async () => {
    for (const name of Object.keys(TABLES))
      for (const language of ["vi", "en"] as const) {
        const asked = `${PERIOD}&unit=month&file=${language}`;
        const [heads = [], ...rows] = await takeCsv(`${name}.csv?${asked}`);
        const pages = await takePdf(`${name}.pdf?${asked}`);
        const text = pages.join(" ");
        const title = FILE_WORDS[language][`title-${name}` as keyof typeof FILE_WORDS.en];
        expect(text).toContain(title);
        for (const word of heads.join(" ").split(" ")) expect(text).toContain(word);
        expectRows(pages, rows, language);
      }
  }, 120_000);

  test("each page says which it is, when its numbers were counted and on whose clock, and names the columns", async () => {
    const pages = await takePdf(`series.pdf?${PERIOD}&unit=day&file=vi`);
    expect(pages.length).toBeGreaterThan(5);
    for (const [at, page] of pages.entries()) {
      expect(page).toContain(`Trang ${at + 1} / ${pages.length}`);
      expect(page).toMatch(/Số liệu lúc .*20\/11\/2026.* \(Asia\/Ho_Chi_Minh\)/);
      expect(page).toContain(FILE_WORDS.vi.newCustomers);
    }
    expect(pages[0]).toContain("01/12/2025 đến 21/11/2026");
    expectRows(pages, (await takeCsv(`series.csv?${PERIOD}&unit=day`)).slice(1), "vi");
  }, 60_000);

  test("a page has the numbers that the staff app shows, and names the branches it is of", async () => {
    const [branch] = year.branches;
    const asked = `${PERIOD}&branchIds=${branch?.id}&hours=8,9,10`;
    const { rows, figures } = await year.get<OverviewReply>(`/reports/overview?${asked}`);
    const [page = ""] = await takePdf(`overview.pdf?${asked}&file=en`);
    for (const row of rows) expect(page).toContain(row.name);
    expect(page).toContain("hours 8,9,10");
    const count = (number: number) => number.toLocaleString("en-GB");
    const { visits, anonymousVisits, customers, newCustomers } = figures;
    expect(page).toContain(
      ["All", ...[visits, anonymousVisits, customers, newCustomers].map(count)].join(" "),
    );
  });

  test("the pages of who manages one branch name that branch, and say nothing of all", async () => {
    const branchIds = [year.branches[0]?.id ?? ""];
    const scope = { kind: "branches" as const, branchIds };
    const manager = await year.site.invite(year.owner, { role: "manager", ownRoleId: null, scope });
    const [page = ""] = await takePdf(`overview.pdf?${PERIOD}&file=en`, manager);
    const asked = `/reports/overview?${PERIOD}&branchIds=${branchIds}`;
    const { rows } = await year.get<OverviewReply>(asked);
    expect(page).toContain(`Branches side by side ${rows[0]?.name} 1 Dec 2025 to 21 Nov 2026`);
    expect(page).not.toContain("All branches");
    expect((await takePdf(`overview.pdf?${PERIOD}&file=en`))[0]).toContain("All branches (3)");
  });

  test("whoever may not read a report gets no pages of it", async () => {
    const cashier = await year.site.invite(year.owner, "cashier");
    expect((await cashier.ask("GET", "/api/v1/reports/overview.pdf")).status).toBe(403);
    const unknown = "branchIds=01990000-0000-7000-8000-000000000000";
    const { status } = await year.owner.ask("GET", `/api/v1/reports/overview.pdf?${unknown}`);
    expect(status).toBe(404);
  });

  test("part of HM-2.23: a list of customers or visits leaves as PDF with the rows of its CSV, and who took it is noted", async () => {
    const asked = "from=2026-10-01&to=2026-11-19&file=en";
    const [heads = [], ...people] = await takeCsv(`customers.csv?${asked}&kind=returning`);
    const pages = await takePdf(`customers.pdf?${asked}&kind=returning`);
    for (const head of heads) expect(pages[0]).toContain(head);
    expect(pages[0]).toContain("1 Oct 2026 to 19 Nov 2026");
    expect(pages[0]).toContain("Returning customers");
    expect(people.length).toBeGreaterThan(3);
    // A spreadsheet reads no formula in a number that begins with a plus; a page needs no such sign.
    expectRows(
      pages,
      people.map((row) => row.map((cell) => cell.replace(/^'/, ""))),
      "en",
    );
    type Exports = { exports: { customers: number | null; narrowed: object | null }[] };
    const { exports } = await year.get<Exports>("/customer-exports");
    expect(exports[0]).toMatchObject({
      ...{ customers: people.length, narrowed: { report: { kind: "returning" } } },
    });
    const [, ...visits] = await takeCsv(`visits.csv?${asked}`);
    const text = (await takePdf(`visits.pdf?${asked}`)).join(" ");
    expect(visits.length).toBeGreaterThan(10);
    for (const [day = "", hour = "", branch = ""] of visits)
      expect(text).toContain([writeByHand("en", day), hour, branch].join(" "));
  }, 60_000);

  test("who may not take customers away gets no list as PDF, and one that nobody reads is refused", async () => {
    const viewer = await year.site.invite(year.owner, "viewer");
    for (const name of ["customers", "visits"])
      expect((await viewer.ask("GET", `/api/v1/reports/${name}.pdf`)).status).toBe(403);
    expect(() => refuseLong({ total: 5000, isTotalExact: true })).not.toThrow();
    expect(() => refuseLong({ total: 5001, isTotalExact: true })).toThrow("A list of 5,001 rows");
    // Of so many it is not counted how many there are.
    expect(() => refuseLong({ total: 10_000, isTotalExact: false })).toThrow(
      "A list of more than 10,000 rows",
    );
  });
});
