export type Advisory = { name: string; severity: string; title: string; url: string };

export type AuditOutcome =
  | { kind: "clean" }
  | { kind: "advisories"; advisories: Advisory[] }
  /** The registry knows no such question, as mirrors do not, or nobody answered. */
  | { kind: "not-answered"; reason: string };

/** What `pnpm audit --json` said: a document of advisories by number, or an error in place of one. */
export function judgeAudit(said: { stdout: string; stderr: string }): AuditOutcome {
  const document = readDocument(said.stdout);
  if (!document) return { kind: "not-answered", reason: findReason(said) };
  const advisories = Object.values(document.advisories).map((each) => ({
    name: each.module_name ?? "?",
    severity: each.severity ?? "?",
    title: each.title ?? "?",
    url: each.url ?? "",
  }));
  return advisories.length === 0 ? { kind: "clean" } : { kind: "advisories", advisories };
}

type Document = {
  advisories: Record<
    string,
    { module_name?: string; severity?: string; title?: string; url?: string }
  >;
};

function readDocument(text: string): Document | null {
  try {
    const found = JSON.parse(text) as Partial<Document> | null;
    return typeof found?.advisories === "object" ? (found as Document) : null;
  } catch {
    return null;
  }
}

/** One line of what it said: pnpm draws a frame around its errors, and breaks lines in it. */
function findReason({ stdout, stderr }: { stdout: string; stderr: string }): string {
  const text = `${stdout}\n${stderr}`
    .replaceAll(/[│×╰─▶]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim();
  return text.slice(0, 300) || "it said nothing";
}
