import { create } from "qrcode";
import { useMemo } from "react";

/** ISO/IEC 18004 §6.3.8: a clear edge of four squares. */
const QUIET_SQUARES = 4;

type QrCodeProps = { text: string; label: string; className: string };

/** Text as a QR code, drawn in ink: it stays black on white in the dark as well. */
export function QrCode({ text, label, className }: QrCodeProps) {
  const { size, path } = useMemo(() => {
    const { modules } = create(text, { errorCorrectionLevel: "M" });
    let squares = "";
    for (const [place, isDark] of modules.data.entries())
      if (isDark) squares += `M${place % modules.size} ${Math.floor(place / modules.size)}h1v1h-1z`;
    return { size: modules.size, path: squares };
  }, [text]);
  const edge = size + 2 * QUIET_SQUARES;
  return (
    <svg
      className={className}
      role="img"
      aria-label={label}
      viewBox={`${-QUIET_SQUARES} ${-QUIET_SQUARES} ${edge} ${edge}`}
      shapeRendering="crispEdges"
    >
      <rect x={-QUIET_SQUARES} y={-QUIET_SQUARES} width={edge} height={edge} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
