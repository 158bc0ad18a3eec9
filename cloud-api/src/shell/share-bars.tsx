import { useShellTexts } from "./language.tsx";
import { NumberLink } from "./number-link.tsx";
import { useFormat } from "./use-format.ts";
import "./share-bars.css";

export type Share = {
  key: string;
  name: string;
  count: number;
  /** As many as it was of the whole that it stands against. */
  before?: number;
  href?: string | undefined;
};

/** What shares stand against, and how many that was. */
export type SharesBefore = { header: string; total: number };

type ShareBarsProps = {
  caption: string;
  /** What a row is of, and what is counted. */
  nameHeader: string;
  countHeader: string;
  shares: readonly Share[];
  /** All of them together, and what that opens. */
  total: number;
  totalHref?: string | undefined;
  before?: SharesBefore | undefined;
};

/** A few parts of a whole: each a bar, its number and its share. It is its own table. */
export function ShareBars({ caption, shares, total, ...rest }: ShareBarsProps) {
  const { nameHeader, countHeader, totalHref, before } = rest;
  const t = useShellTexts();
  const format = useFormat();
  const shareOf = (count: number, of = total) => (of === 0 ? 0 : count / of);
  return (
    <table className="shares">
      <caption className="shares-caption">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{nameHeader}</th>
          <th scope="col">{countHeader}</th>
          <th scope="col">{t("share")}</th>
          {before && <th scope="col">{before.header}</th>}
        </tr>
      </thead>
      <tbody>
        {shares.map(({ key, name, count, href, before: was = 0 }) => (
          <tr key={key}>
            <th scope="row">
              {name}
              <div className="shares-bar" aria-hidden>
                {count > 0 && <i style={{ width: `${100 * shareOf(count)}%` }} />}
              </div>
            </th>
            <td>
              <NumberLink href={count > 0 ? href : null}>{format.count(count)}</NumberLink>
            </td>
            <td>{format.share(shareOf(count))}</td>
            {before && (
              <td>{before.total === 0 ? "–" : format.share(shareOf(was, before.total))}</td>
            )}
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{t("chart-total")}</th>
          <td>
            <NumberLink href={total > 0 ? totalHref : null}>{format.count(total)}</NumberLink>
          </td>
          <td />
          {before && <td />}
        </tr>
      </tfoot>
    </table>
  );
}
