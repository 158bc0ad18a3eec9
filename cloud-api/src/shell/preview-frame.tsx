import "./preview-frame.css";
import { useEffect, useRef, useState } from "react";

type PreviewFrameProps = {
  /** The server's page; undefined: not there yet. */
  html: string | undefined;
  title: string;
  width: number;
  height: number;
  /** How much of its size it is shown at. */
  scale?: number;
  /** Small ones are looked at; nobody moves within them. */
  isStill?: boolean;
};

/** A phone's page on a card: small, and its end is cut off. */
export const CARD_FRAME = { width: 390, height: 600, scale: 0.52 };

/** A page comes in softly when it opens; not again with each letter that is written. */
const CALM = ".sheet{animation:none!important}";

/**
 * The server's page in a frame that runs nothing and sends nothing. It is put in place of the one
 * before without loading anew, so that it neither flickers nor loses its place.
 */
export function PreviewFrame(props: PreviewFrameProps) {
  const { html, title, width, height, scale = 1, isStill = false } = props;
  const frame = useRef<HTMLIFrameElement>(null);
  const [first, setFirst] = useState<string | undefined>(html);
  useEffect(() => {
    if (html === undefined) return;
    if (first === undefined) setFirst(html);
    else if (html !== first) replacePage(frame.current?.contentDocument, html);
  }, [html, first]);
  return (
    <div className="page-frame" style={{ width: width * scale, height: height * scale }}>
      {first !== undefined && (
        <iframe
          ref={frame}
          title={title}
          sandbox="allow-same-origin"
          srcDoc={first}
          onLoad={({ currentTarget }) => {
            // What came while it was loading.
            if (html !== undefined && html !== first)
              replacePage(currentTarget.contentDocument, html);
            holdLinks(currentTarget.contentDocument);
          }}
          style={{ width, height, transform: `scale(${scale})` }}
          {...(isStill ? { tabIndex: -1, "aria-hidden": true, className: "page-still" } : {})}
        />
      )}
    </div>
  );
}

function replacePage(shown: Document | null | undefined, html: string): void {
  if (!shown?.documentElement) return;
  const next = new DOMParser().parseFromString(html, "text/html");
  const { lang, dir } = next.documentElement;
  Object.assign(shown.documentElement, { lang, dir });
  const place = shown.scrollingElement?.scrollTop ?? 0;
  shown.head.replaceWith(shown.adoptNode(next.head));
  shown.body.replaceWith(shown.adoptNode(next.body));
  const calm = shown.createElement("style");
  calm.textContent = CALM;
  shown.head.append(calm);
  shown.scrollingElement?.scrollTo({ top: place, behavior: "instant" });
}

/** Links and buttons of a preview lead nowhere. */
function holdLinks(shown: Document | null | undefined): void {
  shown?.addEventListener("click", (event) => event.preventDefault());
}
