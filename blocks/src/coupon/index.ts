import type { Block } from "../block.ts";
import { openTemplates } from "../template.ts";
import en from "./locales/en.json" with { type: "json" };
import fa from "./locales/fa.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };
import { type CouponFields, readCouponFields, viewCoupon } from "./rules.ts";

const render = openTemplates(new URL(".", import.meta.url));
const words = { en, fa, vi };

/** An offer to be shown at the till: `heading`, `text`, `code` and `validUntil`. */
export const coupon: Block<CouponFields> = {
  kind: "coupon",
  // Seen on the way in, and still there when the guest is online and at the till.
  stages: ["before", "after"],
  readFields: readCouponFields,
  render: (fields, context) => {
    const view = viewCoupon(fields, context, words[context.language]);
    return view === null ? "" : render("coupon", view);
  },
  style: () => COUPON_STYLE,
};

/** How a coupon looks: plain text between the tags of a `style`. */
export const COUPON_STYLE = `.coupon{position:relative;margin:.5rem 0 1.5rem;padding:1.25rem 1.25rem 1.125rem;border:2px dashed var(--link);border-radius:1.125rem;background:var(--wash)}
.coupon h2{margin:0 0 .35rem}
.coupon p{margin:0 0 .5rem}
.coupon .offer{display:block;margin:.75rem 0;padding:.75rem;border-radius:.75rem;background:var(--paper);text-align:center;font:700 1.5rem/1.3 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;letter-spacing:.08em;overflow-wrap:anywhere;-webkit-user-select:all;user-select:all}`;
