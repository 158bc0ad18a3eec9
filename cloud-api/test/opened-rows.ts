import { expect } from "vitest";

type Page = { nextCursor: string | null; total: number } & Record<string, unknown>;
export type Opened<Row> = { rows: Row[]; total: number };

type Asking = { get: <Reply>(path: string) => Promise<Reply> };

/** All rows of the list that a number opens, page by page, and how many it says that there are. */
export async function listOpened<Row = { id: string }>(
  { get }: Asking,
  opens: string,
): Promise<Opened<Row>> {
  const path = opens.replace("/api/v1", "");
  const name = path.split("?")[0]?.split("/").at(-1) ?? "";
  const noun = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const rows: Row[] = [];
  for (let cursor: string | null = ""; ; ) {
    const page: Page = await get<Page>(`${path}&limit=100${cursor && `&cursor=${cursor}`}`);
    rows.push(...(page[noun] as Row[]));
    cursor = page.nextCursor;
    if (cursor === null) return { rows, total: page.total };
  }
}

/** The list has as many rows as the number that opens it, each once, and says so. */
export async function expectOpened(asking: Asking, opens: string, count: number): Promise<void> {
  const { rows, total } = await listOpened(asking, opens);
  expect([opens, new Set(rows.map(({ id }) => id)).size, total]).toEqual([opens, count, count]);
}
