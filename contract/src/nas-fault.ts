import { Compile } from "typebox/compile";
import { Nas } from "./nas-settings.ts";

const kinds = new Map(
  Nas.anyOf.map((schema) => [schema.properties.kind.const as string, Compile(schema)]),
);

/**
 * What is wrong with the NAS that a fault of the document lies in, by the schema of its own kind: of
 * a value that may be of many kinds the validator says first what it lacks to be of another. Null
 * where the fault lies elsewhere, or the kind is none.
 */
export function findFaultOfKind(document: unknown, instancePath: string): string | null {
  const index = /^\/nas\/(\d+)(?:\/|$)/.exec(instancePath)?.[1];
  if (index === undefined) return null;
  const nas = (document as { nas: { kind?: string }[] }).nas[Number(index)];
  const [fault] = kinds.get(nas?.kind ?? "")?.Errors(nas) ?? [];
  return fault ? `/nas/${index}${fault.instancePath} ${fault.message}` : null;
}
