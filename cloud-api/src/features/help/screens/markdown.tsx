import { Anchor, Code, List, Table, Text, Title } from "@mantine/core";
import { lexer, type Token, type Tokens } from "marked";
import { Fragment, type ReactNode } from "react";
import { Link } from "wouter";
import { nameHeading } from "../rules.ts";

/**
 * Markdown as elements of the page, never as HTML: what a text says in tags is shown as it is written.
 * Headings have names in addresses (#so-called).
 */
export function Markdown({ text }: { text: string }) {
  return <Blocks tokens={lexer(text)} />;
}

/** One line of it, such as an entry of the change log. */
export function MarkdownLine({ text }: { text: string }) {
  const [first] = lexer(text);
  return <Words tokens={first ? wordsOf(first) : []} />;
}

function Blocks({ tokens }: { tokens: readonly Token[] }) {
  return tokens.map((token, index) => (
    <Fragment key={keyOf(token, index)}>{block(token)}</Fragment>
  ));
}

function Words({ tokens }: { tokens: readonly Token[] }) {
  return tokens.map((token, index) => (
    <Fragment key={keyOf(token, index)}>{words(token)}</Fragment>
  ));
}

// A text does not change while it is shown: where a piece stands is what it is.
const keyOf = ({ type }: Token, index: number) => `${type}-${index}`;

const wordsOf = (token: Token): Token[] => ("tokens" in token && token.tokens) || [];

function block(token: Token): ReactNode {
  switch (token.type) {
    case "space":
      return null;
    case "heading":
      return <Heading heading={token as Tokens.Heading} />;
    case "paragraph":
      return (
        <Text component="p" className="article-text">
          <Words tokens={wordsOf(token)} />
        </Text>
      );
    case "list":
      return <Points list={token as Tokens.List} />;
    case "table":
      return <Cells table={token as Tokens.Table} />;
    case "code":
      return <Code block>{(token as Tokens.Code).text}</Code>;
    case "text":
      return <Words tokens={wordsOf(token)} />;
    default:
      return token.raw;
  }
}

function Heading({ heading }: { heading: Tokens.Heading }) {
  const name = nameHeading(heading.text);
  return (
    <Title order={heading.depth === 2 ? 2 : 3} id={name} className="article-heading">
      <a href={`#${name}`}>
        <Words tokens={heading.tokens} />
      </a>
    </Title>
  );
}

function Points({ list }: { list: Tokens.List }) {
  return (
    <List type={list.ordered ? "ordered" : "unordered"} spacing={4} className="article-text">
      {list.items.map((item, index) => (
        <List.Item key={keyOf(item, index)}>
          <Blocks tokens={item.tokens} />
        </List.Item>
      ))}
    </List>
  );
}

function Cells({ table }: { table: Tokens.Table }) {
  return (
    <Table.ScrollContainer minWidth={320}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {table.header.map((cell) => (
              <Table.Th key={cell.text}>
                <Words tokens={cell.tokens} />
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {table.rows.map((row) => (
            <Table.Tr key={row.map(({ text }) => text).join("|")}>
              {row.map((cell, index) => (
                <Table.Td key={`${table.header[index]?.text}`}>
                  <Words tokens={cell.tokens} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function words(token: Token): ReactNode {
  switch (token.type) {
    case "text":
    case "escape":
      return (token as Tokens.Text).text;
    case "strong":
      return (
        <strong>
          <Words tokens={wordsOf(token)} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Words tokens={wordsOf(token)} />
        </em>
      );
    case "codespan":
      return <Code className="article-code">{(token as Tokens.Codespan).text}</Code>;
    case "link":
      return <Reference link={token as Tokens.Link} />;
    default:
      return token.raw;
  }
}

/** Nobody is led to another host: such a link is its words. */
function Reference({ link }: { link: Tokens.Link }) {
  const shown = <Words tokens={link.tokens} />;
  if (link.href.startsWith("/api/"))
    return (
      <Anchor href={link.href} underline="always">
        {shown}
      </Anchor>
    );
  if (link.href.startsWith("/") && !link.href.startsWith("//"))
    return (
      <Anchor component={Link} href={link.href} underline="always">
        {shown}
      </Anchor>
    );
  return shown;
}
