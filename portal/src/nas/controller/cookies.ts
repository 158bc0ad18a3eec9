/** The cookies that one controller gave, by name. */
export type CookieJar = {
  /** Keeps what Set-Cookie lines say; an empty value takes a cookie away. */
  take(lines: readonly string[]): void;
  find(name: string): string | null;
  /** As a Cookie header says it; empty when there is none. */
  header(): string;
  clear(): void;
};

export function openCookieJar(): CookieJar {
  const kept = new Map<string, string>();
  return {
    take(lines) {
      for (const line of lines) {
        const [pair = "", ...attributes] = line.split(";");
        const at = pair.indexOf("=");
        if (at <= 0) continue;
        const name = pair.slice(0, at).trim();
        const value = pair.slice(at + 1).trim();
        const isOver = value === "" || attributes.some((each) => /^\s*max-age=0\s*$/i.test(each));
        if (isOver) kept.delete(name);
        else kept.set(name, value);
      }
    },
    find: (name) => kept.get(name) ?? null,
    header: () => [...kept].map(([name, value]) => `${name}=${value}`).join("; "),
    clear: () => kept.clear(),
  };
}
