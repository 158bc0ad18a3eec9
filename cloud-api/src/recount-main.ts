import { readConfig } from "./config.ts";
import { askForRecounts } from "./recount.ts";

// Counts what reports say anew, out of the visits: by the running cloud's worker, beside its other work.
const [tenantId = null] = process.argv.slice(2);
if (tenantId !== null && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(tenantId)) {
  process.stderr.write("node cloud-api/src/recount-main.ts [id of one company]\n");
  process.exit(2);
}
try {
  const companies = await askForRecounts(readConfig(), tenantId);
  process.stdout.write(`Companies whose visits are counted anew: ${companies}\n`);
  process.exitCode = companies > 0 ? 0 : 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
