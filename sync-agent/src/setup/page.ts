import { createHash } from "node:crypto";
import type { Say, SetupLanguage } from "./words.ts";

export type Form = { cloudUrl: string; code: string; fault: string | null };

/** What was done and what is awaited, in order. */
export type Progress = { steps: readonly { key: string; isDone: boolean }[]; note: string | null };

const STYLE = `
:root{color-scheme:light dark;--ink:#17211f;--quiet:#5b6b67;--line:#c9d5d1;--paper:#f5f8f7;--card:#fff;--accent:#0a6d63;--warn:#9a3412}
@media (prefers-color-scheme:dark){:root{--ink:#e8efed;--quiet:#a3b3af;--line:#41514d;--paper:#111817;--card:#1a2321;--accent:#4cc2b3;--warn:#fdba74}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:30rem;margin:0 auto;padding:2rem 1rem}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:1.25rem}
h1{font-size:1.5rem;margin:0 0 .25rem}
p{margin:0 0 1rem}
.quiet{color:var(--quiet);font-size:.875rem;margin:0}
label{display:block;font-weight:600;margin-top:1rem}
input{width:100%;font:inherit;color:inherit;background:transparent;padding:.65rem .75rem;margin-top:.25rem;border:1px solid var(--line);border-radius:9px}
input:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
button{width:100%;margin-top:1.25rem;padding:.8rem;font:inherit;font-weight:700;border:0;border-radius:9px;background:var(--accent);color:var(--card)}
[role=alert]{border-left:4px solid var(--warn);padding:.5rem .75rem;margin:1rem 0 0;overflow-wrap:anywhere}
ol{list-style:none;margin:1rem 0;padding:0}
li{padding:.35rem 0}
li[data-done=yes]{color:var(--accent)}
`;
const STYLE_HASH = `sha256-${createHash("sha256").update(STYLE).digest("base64")}`;

/** Nothing is loaded from anywhere, and no script runs. */
export const PAGE_POLICY = `default-src 'none'; style-src '${STYLE_HASH}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

export function drawForm(say: Say, language: SetupLanguage, form: Form): string {
  const field = (name: string, key: string, rest: string) =>
    `<label for="${name}">${toMarkup(say(key))}</label>
<p class="quiet" id="${name}-hint">${toMarkup(say(`${key}-hint`))}</p>
<input id="${name}" name="${name}" aria-describedby="${name}-hint" required ${rest}>`;
  return draw(language, {
    title: say("title"),
    body: `<h1>${toMarkup(say("title"))}</h1>
<p class="quiet">${toMarkup(say("lead"))}</p>
${form.fault === null ? "" : `<p role="alert">${toMarkup(form.fault)}</p>`}
<form method="post" action="/">
${field("number", "console", 'inputmode="numeric" autocomplete="off" maxlength="12"')}
${field("cloud", "cloud", `type="url" maxlength="500" value="${toMarkup(form.cloudUrl)}"`)}
${field("code", "code", `autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="40" value="${toMarkup(form.code)}"`)}
<button>${toMarkup(say("go"))}</button>
</form>`,
  });
}

/** `refreshSeconds`: when the browser looks again; null: there is nothing more to come. */
export function drawProgress(
  say: Say,
  language: SetupLanguage,
  { progress, refreshSeconds }: { progress: Progress; refreshSeconds: number | null },
): string {
  const isDone = progress.steps.every((step) => step.isDone);
  const title = say(isDone ? "done" : "progress");
  const steps = progress.steps.map(
    ({ key, isDone: done }) =>
      `<li data-done="${done ? "yes" : "no"}">${done ? "✓" : "○"} ${toMarkup(say(key))}</li>`,
  );
  const text = isDone ? say("done-text") : (progress.note ?? say("waiting"));
  return draw(language, {
    title,
    refreshSeconds,
    body: `<h1>${toMarkup(title)}</h1><ol>${steps.join("")}</ol><p role="status">${toMarkup(text)}</p>`,
  });
}

type Page = { title: string; body: string; refreshSeconds?: number | null };

function draw(language: SetupLanguage, { title, body, refreshSeconds }: Page): string {
  const refresh = refreshSeconds ? `<meta http-equiv="refresh" content="${refreshSeconds}">` : "";
  return `<!doctype html><html lang="${language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">${refresh}
<title>${toMarkup(title)} · Foyer</title><style>${STYLE}</style></head>
<body><main><section>${body}</section></main></body></html>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" },
};

function toMarkup(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => ESCAPES[letter] ?? "");
}
