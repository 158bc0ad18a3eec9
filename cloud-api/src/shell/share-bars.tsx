import { useShellTexts } from "./language.tsx";
import { NumberLink } from "./number-link.tsx";
import { useFormat } from "./use-format.ts";
import "./share-bars.css";

export type Share = { key: string; name: string; count: number; href?: string | undefined };

type ShareBarsProps = {
  caption: string;
  /** What a row is of, and what is counted. */
  nameHeader: string;
  countHeader: string;
  shares: readonly Share[];
  /** All of them together, and what that opens. */
  total: number;
  totalHref?: string | undefined;
};

/** A few parts of a whole: each a bar, its number and its share. It is its own table. */
export function ShareBars({ caption, shares, total, ...rest }: ShareBarsProps) {
  const { nameHeader, countHeader, totalHref } = rest;
  const t = useShellTexts();
  const format = useFormat();
  const shareOf = (count: number) => (total === 0 ? 0 : count / total);
  return (
    <table className="shares">
      <caption className="shares-caption">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">{nameHeader}</th>
          <th scope="col">{countHeader}</th>
          <th scope="col">{t("share")}</th>
        </tr>
      </thead>
      <tbody>
        {shares.map(({ key, name, count, href }) => (
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
        </tr>
      </tfoot>
    </table>
  );
}
