import { readFileSync } from "node:fs";

/** A unit's assignments, by section and name, in their order: systemd.syntax(7). */
export type UnitFile = { list: (section: string, name: string) => string[] };

export function readUnitFile(path: string): UnitFile {
  const found: { section: string; name: string; value: string }[] = [];
  let section = "";
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const header = /^\[(.+)\]$/.exec(line);
    if (header) section = header[1] ?? "";
    const assignment = /^([A-Za-z]+)=(.*)$/.exec(line);
    if (assignment) found.push({ section, name: assignment[1] ?? "", value: assignment[2] ?? "" });
  }
  return {
    list: (wanted, name) =>
      found
        .filter((each) => each.section === wanted && each.name === name)
        .map(({ value }) => value),
  };
}
