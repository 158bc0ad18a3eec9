import { Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";

type StatTileProps = {
  label: ReactNode;
  /** Undefined while it is being fetched. */
  figure: string | undefined;
  hint?: ReactNode;
  /** What the number counts, opened by it. */
  href: string;
  /** The one that matters most: in the accent, and as wide as two where there is little room. */
  isFirst?: boolean;
};

/** One number. It is a link, because every number opens what it counts. */
export function StatTile({ label, figure, hint, href, isFirst = false }: StatTileProps) {
  const content = (
    <>
      <Text component="div" size="sm" className="quiet">
        {label}
      </Text>
      {figure === undefined ? (
        <Skeleton height={30} width={64} my={4} />
      ) : (
        <div className="tile-figure">{figure}</div>
      )}
      <Text component="div" size="xs" className="quiet figure" mih="1.1rem">
        {hint}
      </Text>
    </>
  );
  const look = isFirst ? "surface tile tile-wide tile-live" : "surface tile";
  // A place on the same page is the browser's to go to, not the router's.
  if (href.startsWith("#"))
    return (
      <a href={href} className={look}>
        {content}
      </a>
    );
  return (
    <Link href={href} className={look}>
      {content}
    </Link>
  );
}
