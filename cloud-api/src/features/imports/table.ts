import type { Database } from "../../platform/db.ts";
import { openCsvReader } from "./csv-reader.ts";
import type { Encoding } from "./file-kind.ts";
import { findPiece } from "./queries.ts";

export type TableFile = {
  tenantId: string;
  importId: string;
  encoding: Encoding;
  separator: string;
};

/** The rows of a kept file, a piece at a time, each read in a transaction of its own. */
export async function* readTable(
  database: Database,
  { tenantId, importId, encoding, separator }: TableFile,
): AsyncGenerator<string[][]> {
  const decoder = new TextDecoder(encoding);
  const reader = openCsvReader(separator);
  for (let number = 0; ; number += 1) {
    const content = await database.inTenant(tenantId, (tx) => findPiece(tx, { importId, number }));
    if (content === null) break;
    yield reader.push(decoder.decode(content, { stream: true }));
  }
  yield reader.push(decoder.decode());
  yield reader.end();
}

const SAMPLE_ROWS = 5;

/** The header and the first rows, out of the beginning of a file. */
export function readSample(
  content: Buffer,
  { encoding, separator }: { encoding: Encoding; separator: string },
): { headers: string[]; samples: string[][] } {
  const reader = openCsvReader(separator);
  const rows = reader.push(new TextDecoder(encoding).decode(content, { stream: true }));
  const whole = rows.length > SAMPLE_ROWS ? rows : [...rows, ...endOf(reader)];
  const [headers = [], ...samples] = whole;
  return {
    headers: headers.map((header) => header.normalize("NFC").trim()),
    samples: samples.slice(0, SAMPLE_ROWS),
  };
}

/** The last row of a short file; of a longer one it is cut off, and not shown. */
function endOf(reader: ReturnType<typeof openCsvReader>): string[][] {
  try {
    return reader.end();
  } catch {
    return [];
  }
}
