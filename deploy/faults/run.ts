import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listStrikes, runFaults, THINGS } from "./run-faults.ts";

// The long form: node deploy/faults/run.ts [--strikes 200] [--seed n] [--seconds 5] [--only word] [--from n]

const { values } = parseArgs({
  options: {
    strikes: { type: "string", default: "200" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** How long a strike lasts at most; a minute is what a real one does. */
    seconds: { type: "string", default: "5" },
    only: { type: "string" },
    /** The place of the first strike among those of the seed: a run that failed is taken up near its end. */
    from: { type: "string", default: "1" },
  },
});
const { only = null } = values;
const [strikes, seed, seconds, from] = [
  values.strikes,
  values.seed,
  values.seconds,
  values.from,
].map(Number);
if (!strikes || seed === undefined || Number.isNaN(seed) || !seconds || !from || from < 1) {
  console.error("faults: --strikes, --seed, --seconds and --from are numbers");
  process.exit(1);
}
const ended = await runFaults({
  ...{ seed, from, lastsMilliseconds: seconds * 1000, say: console.log },
  keptIn: join(tmpdir(), `foyer-faults-of-${seed}-${process.pid}`),
  strikes: listStrikes({ seed, from, count: strikes, only }),
});
console.log(
  `${ended.strikes} strikes of seed ${seed}, ${ended.struckTwo} at two pushes, ${ended.killedAtDoor} at ${ended.staysAtDoor} stays at the door, ${ended.things} ${THINGS}, ${ended.differences.length} differences`,
);
process.exit(ended.differences.length === 0 ? 0 : 1);
