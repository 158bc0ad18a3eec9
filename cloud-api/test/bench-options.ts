import { parseArgs } from "node:util";

/** A number said on the command line, such as `--minutes 5`; else `otherwise`. */
export function readNumber(name: string, otherwise: number): number {
  const { values } = parseArgs({ options: { [name]: { type: "string" } }, strict: false });
  const said = values[name];
  if (said === undefined) return otherwise;
  const number = Number(said);
  if (!Number.isFinite(number) || number <= 0)
    throw new Error(`--${name} ${said} is not a number above zero`);
  return number;
}
