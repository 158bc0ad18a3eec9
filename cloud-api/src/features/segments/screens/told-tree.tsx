import type { Tree, TreeNode } from "../schema.ts";
import { useChoices, useWords } from "./replies.ts";
import { sayNode, sayTree } from "./sentences.ts";

/** Conditions as the audit log tells of them, said as their segment's screen says them. */
export function ToldTree({ value }: { value: unknown }) {
  const words = useWords(useChoices());
  const { kind, of } = (value ?? {}) as { kind?: Tree["kind"]; of?: TreeNode[] };
  // Of one that was too long to keep its length alone is told.
  if (!Array.isArray(of)) return "…";
  // Of older changes the conditions alone were kept, where how they are joined stayed as it was.
  return kind ? sayTree({ kind, of }, words) : of.map((node) => sayNode(node, words)).join("; ");
}
