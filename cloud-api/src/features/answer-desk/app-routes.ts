import sharp from "sharp";
import { Type } from "typebox";
import type { Routes } from "../../feature.ts";
import en from "./locales/en.json" with { type: "json" };
import vi from "./locales/vi.json" with { type: "json" };

const TEXTS = { en, vi };
/** Chromium installs a page that has an icon of each of these. */
const SIDES = ["192", "512"] as const;

/** A white board on the house's colour; all of it lies within the circle that launchers cut out. */
const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" fill="#0b7a75"/>
<rect x="9" y="8" width="14" height="17" rx="2.4" fill="none" stroke="#fff" stroke-width="2"/>
<path d="M13 8.2v-1h6v1M12.6 14.5l1.4 1.4 2.4-2.6M18.6 14.8h1.6M12.6 20l1.4 1.4 2.4-2.6M18.6 20.3h1.6"
 fill="none" stroke="#fff" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>
</svg>`;

/** What a browser installs the page by. The page itself is built with the staff app. */
export function registerApp(routes: Routes): void {
  const OPEN = { access: "public" } as const;
  routes.get(
    "/answer-desk/manifest.webmanifest",
    {
      config: OPEN,
      schema: {
        hide: true,
        querystring: Type.Object({
          language: Type.Union([Type.Literal("vi"), Type.Literal("en")], { default: "vi" }),
        }),
      },
    },
    (request, reply) => {
      const { language } = request.query;
      const words = TEXTS[language];
      reply.header("cache-control", "no-cache").type("application/manifest+json");
      return reply.send(
        JSON.stringify({
          ...{ id: "/answer-desk.html", start_url: "/answer-desk.html", scope: "/answer-desk" },
          ...{ name: words["app-name"], short_name: words.title, lang: language },
          ...{ display: "standalone", background_color: "#f6f8f8", theme_color: "#0b7a75" },
          icons: SIDES.map((side) => ({
            ...{ src: `/answer-desk/icon-${side}.png`, sizes: `${side}x${side}` },
            ...{ type: "image/png", purpose: "any maskable" },
          })),
        }),
      );
    },
  );
  for (const side of SIDES)
    routes.get(
      `/answer-desk/icon-${side}.png`,
      { config: OPEN, schema: { hide: true } },
      async (_request, reply) => {
        const drawn = await sharp(Buffer.from(ICON), { density: 72 * (Number(side) / 32) })
          .resize(Number(side))
          .png()
          .toBuffer();
        reply.header("cache-control", "public, max-age=86400").type("image/png");
        return reply.send(drawn);
      },
    );
}
