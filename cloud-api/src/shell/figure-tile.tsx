import { Skeleton, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { Link } from "wouter";
import "./delta.css";

type FigureTileProps = {
  label: string;
  hint?: string;
  /** Undefined while it is fetched. */
  figure: ReactNode | undefined;
  /** What it counts; absent: it counts nothing that could be listed. */
  href?: string | undefined;
  children?: ReactNode;
  isFirst?: boolean;
};

/** One number with what it was before; a link where there is something behind it. */
export function FigureTile({ label, hint, figure, href, children, isFirst }: FigureTileProps) {
  const content = (
    <>
      <Text component="div" size="sm" className="quiet" title={hint}>
        {label}
      </Text>
      {figure === undefined ? (
        <Skeleton height={30} width={72} my={4} />
      ) : (
        <div className="tile-figure">{figure}</div>
      )}
      <div className="tile-deltas">{children}</div>
    </>
  );
  const look = `surface tile${isFirst ? " tile-live" : ""}`;
  if (href === undefined) return <div className={look}>{content}</div>;
  return (
    <Link href={href} className={look}>
      {content}
    </Link>
  );
}
