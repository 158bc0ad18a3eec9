import type { Session, Station } from "./stations.ts";

/** The page that stands for everything beyond the access controller. Its size counts as usage. */
export function internetPage(view: {
  name: string;
  station: Station;
  session: Session;
  kilobytes: number;
  now: Date;
}): string {
  const { station, session } = view;
  const seconds = Math.round((view.now.getTime() - session.startedAt.getTime()) / 1000);
  const usage = `${inKilobytes(session.downloadBytes)} down, ${inKilobytes(session.uploadBytes)} up`;
  const way = session.byMac ? "by its MAC address, without a page" : "by the guest page";
  const filler = view.kilobytes > 0 ? `<!-- ${"x".repeat(view.kilobytes * 1024)} -->` : "";
  return layOut(
    "The internet",
    `<h1>This is the internet</h1>
<p>The simulated access point of ${escapeHtml(view.name)} let this browser through.</p>
<dl>
<dt>Device</dt><dd>${escapeHtml(station.mac)}</dd>
<dt>Let in</dt><dd>${way}</dd>
<dt>Online</dt><dd>${seconds} seconds</dd>
<dt>Moved</dt><dd>${usage}</dd>
<dt>Allowed</dt><dd>${sayLimits(session.limits)}</dd>
</dl>
<form action="/"><input type="hidden" name="kilobytes" value="512"><button>Load 512 kB</button></form>
<form action="/leave"><button>Leave</button></form>
${filler}`,
  );
}

/** As the RADIUS server has it now, which may change while a session goes on. */
function sayLimits({ sessionSeconds, uploadKbps, downloadKbps }: Session["limits"]): string {
  const time = sessionSeconds === null ? "any time" : `${sessionSeconds} seconds`;
  const rate = (kbps: number | null) => (kbps === null ? "any speed" : `${kbps} kbit/s`);
  return `${time}, ${rate(downloadKbps)} down, ${rate(uploadKbps)} up`;
}

/** Out of reach of the access point. */
export function awayPage({ name, station }: { name: string; station: Station }): string {
  return layOut(
    "Away",
    `<h1>You have left</h1>
<p>This browser is out of reach of ${escapeHtml(name)}. Whoever comes back within a minute is still on
the same visit and is let in without a page. Wait a minute and a half to be greeted.</p>
<dl><dt>Device</dt><dd>${escapeHtml(station.mac)}</dd></dl>
<form action="/"><button>Come back</button></form>
<form action="/new-mac"><button>Come back with a new MAC address</button></form>`,
  );
}

function layOut(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 34rem; margin: 3rem auto; padding: 0 1rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; }
dt { opacity: .7; } dd { margin: 0; font-variant-numeric: tabular-nums; }
form { display: inline-block; margin: .25rem .5rem .25rem 0; }
button { font: inherit; padding: .6rem 1rem; border: 1px solid; border-radius: .5rem; background: none; color: inherit; }
</style>
</head>
<body>
${body}
</body>
</html>
`;
}

function inKilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(0)} kB`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
