import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import { type CountdownFields, readCountdownFields, viewCountdown } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));

/** What is left until a moment, as of the page: `text`, `until`, and `after` once it is over. */
export const countdown: Block<CountdownFields> = {
  kind: "countdown",
  stages: ["before", "after"],
  readFields: readCountdownFields,
  render: (fields, context) => {
    const view = viewCountdown(fields, context);
    return view === null ? "" : render("countdown", view);
  },
  style: () => STYLE,
};

const STYLE = `.count{margin:.5rem 0 1.5rem}
.count time{display:flex;gap:.75rem}
.count .part{flex:1;padding:.75rem .5rem;border-radius:1rem;background:var(--wash);text-align:center}
.count b{display:block;font:600 2.25rem/1.2 var(--serif);font-variant-numeric:tabular-nums;color:var(--link)}
.count p{margin:0 0 .6rem;font-weight:600}
.count .small{margin:.6rem 0 0;font-weight:400}`;
