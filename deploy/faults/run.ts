import { parseArgs } from "node:util";
import { listStrikes, runFaults } from "./run-faults.ts";

// The long form: node deploy/faults/run.ts [--strikes 200] [--seed n] [--seconds 5] [--only name]

const { values } = parseArgs({
  options: {
    strikes: { type: "string", default: "200" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    /** How long a strike lasts at most; a minute is what a real one does. */
    seconds: { type: "string", default: "5" },
    only: { type: "string" },
  },
});
const [strikes, seed, seconds] = [values.strikes, values.seed, values.seconds].map(Number);
if (!strikes || seed === undefined || Number.isNaN(seed) || !seconds) {
  console.error("faults: --strikes, --seed and --seconds are numbers");
  process.exit(1);
}
const ended = await runFaults({
  ...{ seed, lastsMilliseconds: seconds * 1000, say: console.log },
  strikes: listStrikes({ seed, count: strikes, only: values.only ?? null }),
});
console.log(
  `${ended.strikes} strikes, ${ended.struckTwo} at two pushes, ${ended.killedAtDoor} at ${ended.staysAtDoor} stays at the door, ${ended.things} visits, guests and consents, ${ended.differences.length} differences`,
);
process.exit(ended.differences.length === 0 ? 0 : 1);
